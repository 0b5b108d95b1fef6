import type { AdaptationSet, Descriptor, EventStream, Mpd, Period, Representation, SegmentTemplate, TimelineSegment } from './mpd.ts'
import { formatDateTime, formatDuration90k, formatDurationMs } from './times.ts'
import { element, escapeXml } from './xml.ts'

const namespaces = {
  xmlns: 'urn:mpeg:dash:schema:mpd:2011',
  'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  'xsi:schemaLocation': 'urn:mpeg:dash:schema:mpd:2011 DASH-MPD.xsd',
} as const

/** Of the service description, and of the reference times that its latency is measured by. */
const onlyId = 0
/** A chunk that begins with a key frame, or goes on from the one before. Spec: ISO/IEC 23009-1 §5.3.13 */
const chunkSap = 1

/**
 * The text of a manifest. One with a duration is `static`: dash.js 5.2 and Shaka 5.2 do not end where a `dynamic` one has its duration.
 * Spec: ISO/IEC 23009-1 §5.3.1
 */
export function formatMpd(mpd: Mpd): string {
  const attributes = {
    ...namespaces,
    profiles: mpd.profiles.join(','),
    type: mpd.duration90k === null ? 'dynamic' : 'static',
    availabilityStartTime: formatDateTime(mpd.availabilityStartMs),
    publishTime: formatDateTime(mpd.publishMs),
    minimumUpdatePeriod: mpd.minimumUpdatePeriodMs === null ? undefined : formatDurationMs(mpd.minimumUpdatePeriodMs),
    mediaPresentationDuration: mpd.duration90k === null ? undefined : formatDuration90k(mpd.duration90k),
    timeShiftBufferDepth: formatDurationMs(mpd.timeShiftBufferDepthMs),
    maxSegmentDuration: formatDurationMs(mpd.maxSegmentDurationMs),
    minBufferTime: formatDurationMs(mpd.minBufferTimeMs),
    suggestedPresentationDelay: formatDurationMs(mpd.suggestedPresentationDelayMs),
  }
  const children = [
    ...(mpd.location === null ? [] : [element('Location', {}, [escapeXml(mpd.location)])]),
    serviceDescription(mpd),
    ...mpd.periods.map(period),
    ...mpd.utcTimings.map((timing) => descriptor('UTCTiming', timing)),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    'MPD',
    attributes,
    children.map((child) => `\n${child}`),
  ).replace(/<\/MPD>$/, '\n</MPD>')}\n`
}

function serviceDescription({ serviceDescription: { latency, playbackRate } }: Mpd): string {
  const { targetMs: target, minMs: min, maxMs: max } = latency
  return element('ServiceDescription', { id: onlyId }, [
    element('Latency', { referenceId: onlyId, target, min, max }),
    element('PlaybackRate', { min: playbackRate.min, max: playbackRate.max }),
  ])
}

const descriptor = (name: string, { schemeIdUri, value }: Descriptor): string => element(name, { schemeIdUri, value })

const period = ({ id, start90k, eventStreams, adaptationSets }: Period): string =>
  element('Period', { id, start: formatDuration90k(start90k) }, [...eventStreams.map(eventStream), ...adaptationSets.map(adaptationSet)])

function eventStream({ schemeIdUri, timescale, presentationTimeOffset, events }: EventStream): string {
  return element(
    'EventStream',
    { schemeIdUri, timescale, presentationTimeOffset },
    events.map(({ id, time, duration, section }) =>
      element('Event', { presentationTime: time, duration: duration ?? undefined, id }, [
        element('Signal', { xmlns: 'http://www.scte.org/schemas/35/2016' }, [
          element('Binary', {}, [btoa(String.fromCharCode(...section))]),
        ]),
      ]),
    ),
  )
}

function adaptationSet(set: AdaptationSet): string {
  const { id, contentType, lang, role, startsWithKey, continues, producerReference, chunkDuration, template, representations } = set
  const attributes = {
    id,
    contentType,
    mimeType: `${contentType}/mp4`,
    lang,
    segmentAlignment: 'true',
    startWithSAP: startsWithKey ? 1 : undefined,
  }
  const continuity = continues && { schemeIdUri: `urn:mpeg:dash:period-${continues.by}:2015`, value: continues.periodId }
  const { wallMs, presentationTime, utcTiming } = producerReference
  return element('AdaptationSet', attributes, [
    ...(continuity === undefined ? [] : [descriptor('SupplementalProperty', continuity)]),
    ...(set.inbandEvents ?? []).map((schemeIdUri) => descriptor('InbandEventStream', { schemeIdUri })),
    ...(set.label === undefined ? [] : [element('Label', {}, [escapeXml(set.label)])]),
    element('ProducerReferenceTime', { id: onlyId, type: 'encoder', wallClockTime: formatDateTime(wallMs), presentationTime }, [
      descriptor('UTCTiming', utcTiming),
    ]),
    element('Resync', { type: chunkSap, dT: chunkDuration }),
    ...(set.accessibility ?? []).map((one) => descriptor('Accessibility', one)),
    descriptor('Role', { schemeIdUri: 'urn:mpeg:dash:role:2011', value: role }),
    segmentTemplate(template),
    ...representations.map(representation),
  ])
}

function segmentTemplate(template: SegmentTemplate): string {
  const { timescale, presentationTimeOffset, availabilityTimeOffsetS, media, startNumber, timeline } = template
  const attributes = {
    timescale,
    presentationTimeOffset,
    availabilityTimeOffset: availabilityTimeOffsetS,
    availabilityTimeComplete: 'false',
    media,
    startNumber,
  }
  return element('SegmentTemplate', attributes, [element('SegmentTimeline', {}, timelineOf(timeline))])
}

/** Segments of one duration that follow each other stand in one element. */
function timelineOf(segments: readonly TimelineSegment[]): string[] {
  const runs: { time: number; duration: number; count: number; end: number }[] = []
  for (const { time, duration } of segments) {
    const run = runs.at(-1)
    if (run !== undefined && run.duration === duration && run.end === time) {
      run.count++
      run.end += duration
    } else runs.push({ time, duration, count: 1, end: time + duration })
  }
  return runs.map(({ time, duration, count }) => element('S', { t: time, d: duration, r: count > 1 ? count - 1 : undefined }))
}

function representation({ id, bandwidthBps, codecs, initialization, picture, sound }: Representation): string {
  const attributes = {
    id,
    bandwidth: bandwidthBps,
    codecs,
    width: picture?.width,
    height: picture?.height,
    frameRate: picture?.frameRate,
    audioSamplingRate: sound?.sampleRate,
  }
  const layout = sound === undefined ? undefined : channelConfigurations[sound.channels]
  const channels =
    layout === undefined
      ? []
      : [
          descriptor('AudioChannelConfiguration', {
            schemeIdUri: 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011',
            value: String(layout),
          }),
        ]
  return element('Representation', attributes, [...channels, element('SegmentTemplate', { initialization })])
}

/** The usual layout of so many channels. Spec: ISO/IEC 23091-3 table of ChannelConfiguration */
const channelConfigurations: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 8: 12 }
