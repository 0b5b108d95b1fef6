import { parseDateTime, parseDuration } from './times.ts'
import { readXml, type XmlElement } from './xml.ts'

/** What a player needs of a manifest, whoever wrote it. Times are milliseconds of the presentation, which began at `availabilityStartMs`. */
export type ReadMpd = {
  readonly isDynamic: boolean
  readonly profiles: readonly string[]
  readonly availabilityStartMs: number | null
  readonly publishMs: number | null
  readonly minimumUpdatePeriodMs: number | null
  readonly durationMs: number | null
  readonly timeShiftBufferDepthMs: number | null
  readonly suggestedPresentationDelayMs: number | null
  readonly targetLatencyMs: number | null
  readonly location: string | null
  readonly utcTimings: readonly { readonly schemeIdUri: string; readonly value: string }[]
  readonly periods: readonly ReadPeriod[]
}

export type ReadPeriod = {
  readonly id: string
  readonly startMs: number
  readonly events: readonly ReadEvent[]
  readonly sets: readonly ReadAdaptationSet[]
}

/** `atMs` of the presentation; `text`: what it holds, without its elements. */
export type ReadEvent = {
  readonly scheme: string
  readonly id: string
  readonly atMs: number
  readonly durationMs: number | null
  readonly text: string
}

export type ReadAdaptationSet = {
  readonly id: string
  readonly contentType: string
  readonly lang: string | null
  readonly label: string | null
  readonly accessibility: ReadonlyMap<string, string>
  /** Schemes and values of its supplemental properties. */
  readonly supplements: ReadonlyMap<string, string>
  readonly representations: readonly ReadRepresentation[]
}

export type ReadRepresentation = {
  readonly id: string
  readonly bandwidthBps: number
  readonly codecs: string
  readonly width: number | null
  readonly height: number | null
  readonly timescale: number
  readonly presentationTimeOffset: number
  readonly availabilityTimeOffsetS: number
  readonly isWholeWhenAvailable: boolean
  readonly initialization: string
  readonly segments: readonly ReadSegment[]
}

/** `url` as it stands in the template, filled in. `time` and `duration` in ticks of the representation. */
export type ReadSegment = { readonly number: number; readonly time: number; readonly duration: number; readonly url: string }

/** Repeats of one `S`; a window of a day has fewer. */
const maxSegments = 100_000

/** Reads manifests that list their segments in a SegmentTimeline; null: the text is no such manifest. Spec: ISO/IEC 23009-1 §5.3 */
export function parseMpd(text: string): ReadMpd | null {
  const root = readXml(text)
  if (root === null || root.name !== 'MPD') return null
  const durationOf = (name: string): number | null => parseDuration(root.attributes.get(name) ?? '')
  const latency = childrenOf(root, 'ServiceDescription').flatMap((description) => childrenOf(description, 'Latency'))[0]
  let endMs = 0
  return {
    isDynamic: root.attributes.get('type') === 'dynamic',
    profiles: (root.attributes.get('profiles') ?? '').split(','),
    availabilityStartMs: parseDateTime(root.attributes.get('availabilityStartTime') ?? ''),
    publishMs: parseDateTime(root.attributes.get('publishTime') ?? ''),
    minimumUpdatePeriodMs: durationOf('minimumUpdatePeriod'),
    durationMs: durationOf('mediaPresentationDuration'),
    timeShiftBufferDepthMs: durationOf('timeShiftBufferDepth'),
    suggestedPresentationDelayMs: durationOf('suggestedPresentationDelay'),
    targetLatencyMs: latency === undefined ? null : numberOf(latency, 'target', Number.NaN) || null,
    location: childrenOf(root, 'Location')[0]?.text ?? null,
    utcTimings: childrenOf(root, 'UTCTiming').map(({ attributes }) => ({
      schemeIdUri: attributes.get('schemeIdUri') ?? '',
      value: attributes.get('value') ?? '',
    })),
    periods: childrenOf(root, 'Period').map((period) => {
      const startMs = parseDuration(period.attributes.get('start') ?? '') ?? endMs
      endMs = startMs + (parseDuration(period.attributes.get('duration') ?? '') ?? 0)
      const events = childrenOf(period, 'EventStream').flatMap((stream) => eventsOf(stream, startMs))
      return { id: period.attributes.get('id') ?? '', startMs, events, sets: childrenOf(period, 'AdaptationSet').map(setOf) }
    }),
  }
}

function setOf(set: XmlElement): ReadAdaptationSet {
  const { attributes } = set
  const mimeType = attributes.get('mimeType') ?? childrenOf(set, 'Representation')[0]?.attributes.get('mimeType') ?? ''
  return {
    id: attributes.get('id') ?? '',
    contentType: attributes.get('contentType') ?? mimeType.split('/')[0]!,
    lang: attributes.get('lang') ?? null,
    label: childrenOf(set, 'Label')[0]?.text ?? null,
    accessibility: descriptorsOf(set, 'Accessibility'),
    supplements: descriptorsOf(set, 'SupplementalProperty'),
    representations: childrenOf(set, 'Representation').map((representation) => representationOf(set, representation)),
  }
}

const descriptorsOf = (owner: XmlElement, name: string): ReadonlyMap<string, string> =>
  new Map(childrenOf(owner, name).map(({ attributes }) => [attributes.get('schemeIdUri') ?? '', attributes.get('value') ?? '']))

function eventsOf(stream: XmlElement, startMs: number): ReadEvent[] {
  const ticksPerMs = numberOf(stream, 'timescale', 1) / 1000
  const textOf = ({ text, children }: XmlElement): string => [text, ...children.map(textOf)].join('')
  return childrenOf(stream, 'Event').map((event) => {
    const duration = numberOf(event, 'duration', Number.NaN)
    return {
      scheme: stream.attributes.get('schemeIdUri') ?? '',
      id: event.attributes.get('id') ?? '',
      atMs: startMs + (numberOf(event, 'presentationTime', 0) - numberOf(stream, 'presentationTimeOffset', 0)) / ticksPerMs,
      durationMs: Number.isFinite(duration) ? duration / ticksPerMs : null,
      text: textOf(event),
    }
  })
}

function representationOf(set: XmlElement, representation: XmlElement): ReadRepresentation {
  const id = representation.attributes.get('id') ?? ''
  const bandwidthBps = numberOf(representation, 'bandwidth', 0)
  const templates = [representation, set].flatMap((owner) => childrenOf(owner, 'SegmentTemplate'))
  const found = (name: string): string | undefined => templates.find(({ attributes }) => attributes.has(name))?.attributes.get(name)
  const fill = (template: string, number: number, time: number): string =>
    template.replace(/\$(RepresentationID|Bandwidth|Number|Time|)(?:%0(\d{1,2})d)?\$/g, (_, name: string, width = '0') => {
      if (name === '') return '$'
      const values: Record<string, string | number> = { RepresentationID: id, Bandwidth: bandwidthBps, Number: number, Time: time }
      return String(values[name]).padStart(Number(width), '0')
    })
  const timeline = templates.flatMap((template) => childrenOf(template, 'SegmentTimeline'))[0]
  const startNumber = Number(found('startNumber') ?? 1)
  const media = found('media') ?? ''
  const attributeOf = (name: string): string | undefined => representation.attributes.get(name) ?? set.attributes.get(name)
  return {
    id,
    bandwidthBps,
    codecs: attributeOf('codecs') ?? '',
    width: Number(attributeOf('width')) || null,
    height: Number(attributeOf('height')) || null,
    timescale: Number(found('timescale') ?? 1),
    presentationTimeOffset: Number(found('presentationTimeOffset') ?? 0),
    availabilityTimeOffsetS: Number(found('availabilityTimeOffset') ?? 0),
    isWholeWhenAvailable: found('availabilityTimeComplete') !== 'false',
    initialization: fill(found('initialization') ?? '', 0, 0),
    segments: timesOf(timeline).map(({ time, duration }, i) => ({
      number: startNumber + i,
      time,
      duration,
      url: fill(media, startNumber + i, time),
    })),
  }
}

function timesOf(timeline: XmlElement | undefined): { time: number; duration: number }[] {
  const times: { time: number; duration: number }[] = []
  let at = 0
  for (const run of timeline === undefined ? [] : childrenOf(timeline, 'S')) {
    at = numberOf(run, 't', at)
    const duration = numberOf(run, 'd', 0)
    for (let left = numberOf(run, 'r', 0); left >= 0 && times.length < maxSegments; left--, at += duration)
      times.push({ time: at, duration })
  }
  return times
}

const childrenOf = ({ children }: XmlElement, name: string): readonly XmlElement[] => children.filter((child) => child.name === name)

function numberOf({ attributes }: XmlElement, name: string, otherwise: number): number {
  const value = Number(attributes.get(name) ?? Number.NaN)
  return Number.isFinite(value) ? value : otherwise
}
