import { type Track, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { id3Scheme } from '@sluice/containers/fmp4'
import type { AdaptationSet, Mpd, Period, Representation, TimelineSegment } from '@sluice/containers/mpd'
import { type BufferPolicy, type SoundLabel, soundNames } from '../hls/index.ts'
import { fileName, type MediaStore, type Rendition, segmentTemplate } from '../store/index.ts'
import { type LoggedPeriod, segmentAt } from './period-log.ts'
import { captionsOf, spliceEvents } from './timed.ts'

const profiles = [
  'urn:mpeg:dash:profile:isoff-live:2011',
  'urn:mpeg:dash:profile:cmaf:2019',
  'http://www.dashif.org/guidelines/low-latency-live-v5',
] as const
/** The clock that players set theirs by: a file beside the manifest. */
export const clockFile = 'time.iso'
const utcTiming = { schemeIdUri: 'urn:mpeg:dash:utc:http-iso:2014', value: clockFile } as const
const minBufferTimeMs = 1000
const playbackRate = { min: 0.96, max: 1.06 } as const
/** Ids of adaptation sets are the same in every period, so that a period can continue another. */
const pictureIds = { h264: 1, h265: 2, av1: 3, vp9: 4 } as const
const soundIds = 100

export type ManifestParts = {
  readonly store: MediaStore
  readonly policy: BufferPolicy
  readonly periods: readonly LoggedPeriod[]
  /** Those that players may have, the best picture first. */
  readonly shown: readonly Rendition[]
  /** What the operator says of the tracks of sound. */
  readonly sounds: readonly SoundLabel[]
  readonly bandwidthOf: (rendition: Rendition) => number
}

/** A manifest, less what is of one version or one viewer. `prefix` stands before the names of files. */
export type Manifest = Omit<Mpd, 'publishMs' | 'location'>

/**
 * The presentation began in 1970: its times are those of the wall clock, so that no restart of anything moves it. A segment stands in it from its
 * first part on. Spec: ISO/IEC 23009-1 §5.3, DASH-IF IOP v5 part 4
 */
export function manifestOf(parts: ManifestParts, prefix: string): Manifest {
  const { store, policy, periods } = parts
  const { partTargetMs, partMs, holdBackMs, segmentMs } = policy
  const updateMs = updateMsOf(policy)
  const listed = periods.flatMap((period, i) => periodOf(parts, period, { before: periods[i - 1], next: periods[i + 1] }, prefix) ?? [])
  const isEnded = store.state === 'ended'
  // A player learns of a segment with its first part and an update later; one part is left to fetch it in.
  const targetMs = partTargetMs + updateMs + partMs
  return {
    profiles,
    availabilityStartMs: 0,
    minimumUpdatePeriodMs: isEnded ? null : updateMs,
    duration90k: isEnded ? endOf(listed.at(-1)) : null,
    timeShiftBufferDepthMs: policy.windowSegments * segmentMs,
    maxSegmentDurationMs: policy.targetDurationS * 1000,
    minBufferTimeMs,
    suggestedPresentationDelayMs: targetMs,
    serviceDescription: { latency: { targetMs, minMs: targetMs - partMs, maxMs: holdBackMs }, playbackRate },
    periods: listed,
    utcTimings: [utcTiming],
  }
}

/** Players ask for the manifest anew this often. */
const updateMsOf = ({ segmentMs }: BufferPolicy): number => segmentMs / 2

type Beside = { readonly before: LoggedPeriod | undefined; readonly next: LoggedPeriod | undefined }

/** Null: all of its segments have left. */
function periodOf(parts: ManifestParts, period: LoggedPeriod, { before, next }: Beside, prefix: string): Period | null {
  const { store } = parts
  const members = parts.shown.filter((rendition) => period.members.has(rendition.id) && reaches(rendition, period))
  const newest = parts.periods.at(-1)!.lastNumber
  const from = Math.max(period.firstNumber, newest - store.maxSegments, ...members.map(({ segments }) => segments[0]!.number))
  if (members.length === 0 || from > period.lastNumber) return null
  const timeline = leadingTimeline(parts, period, members, from)
  const place = { period, before, from, prefix }
  const adaptationSets = [...pictureSets(parts, place, members, timeline), ...soundSets(parts, place, members, timeline)]
  if (adaptationSets.length === 0) return null
  const eventStreams = spliceEvents(store, period, next, timeline.segments[0]?.time ?? period.startPts)
  return { id: period.id, start90k: period.start90k, eventStreams, adaptationSets }
}

/** One a codec, as players do not change between codecs. */
function pictureSets(parts: ManifestParts, place: Place, members: readonly Rendition[], timeline: Timeline): AdaptationSet[] {
  const { period } = place
  const pictures = members.filter(({ kind }) => kind === 'video')
  const accessibility = captionsOf(parts.store)
  return [...Map.groupBy(pictures, (rendition) => trackOf(period, rendition)?.codec).values()].flatMap((of, i) => {
    const set = { id: pictureId(period, of), contentType: 'video', role: roleOf(i), accessibility, inbandEvents: [id3Scheme] } as const
    return adaptationSet(parts, place, set, of, timeline) ?? []
  })
}

/** One a track, with its language and its name. */
function soundSets(parts: ManifestParts, place: Place, members: readonly Rendition[], timeline: Timeline): AdaptationSet[] {
  const { period } = place
  const sounds = members.filter(({ kind }) => kind === 'audio')
  const tracks = sounds.map((rendition) => {
    const track = trackOf(period, rendition)
    return track?.kind === 'audio' ? track : undefined
  })
  const names = soundNames(tracks, parts.sounds)
  return sounds.flatMap((rendition, i) => {
    const { name: label, language } = names[i]!
    const lang = language === undefined ? {} : { lang: language }
    const set = { id: soundIds + (tracks[i]?.id ?? 0), contentType: 'audio', role: roleOf(i), label, ...lang } as const
    return adaptationSet(parts, place, set, [rendition], soundTimeline(rendition, period, timeline)) ?? []
  })
}

const roleOf = (at: number): AdaptationSet['role'] => (at === 0 ? 'main' : 'alternate')

/** One that lost its segments and began anew behind the period has nothing in it any more. One that lags has them in a moment. */
const reaches = ({ segments }: Rendition, { lastNumber }: LoggedPeriod): boolean => segments.length > 0 && segments[0]!.number <= lastNumber

const trackOf = ({ members }: LoggedPeriod, rendition: Rendition): Track | undefined =>
  rendition.initOf(members.get(rendition.id) ?? -1)?.track

function pictureId(period: LoggedPeriod, [first]: readonly Rendition[]): number {
  const track = first === undefined ? undefined : trackOf(period, first)
  return track?.kind === 'video' ? pictureIds[track.codec] : 0
}

/** Segments from `first` on. */
type Timeline = { readonly first: number; readonly segments: readonly TimelineSegment[] }

/** Boundaries are the same for all pictures: one list is right for every rung, those that lag too. */
function leadingTimeline({ store, policy }: ManifestParts, period: LoggedPeriod, members: readonly Rendition[], from: number): Timeline {
  const segments: TimelineSegment[] = []
  let expected = policy.segmentMs * ticksPerMs
  for (let number = from; number <= period.lastNumber; number++) {
    const found = members.flatMap((rendition) => segmentAt(rendition, number) ?? [])
    const [lead] = found
    if (lead === undefined) break
    const next = number < period.lastNumber ? undefined : store.boundary(number + 1)
    const nextPts =
      number < period.lastNumber
        ? members.flatMap((rendition) => segmentAt(rendition, number + 1) ?? [])[0]?.startPts
        : next?.isSpliced === false
          ? next.startPts
          : undefined
    const soFar = Math.round(lead.duration90k)
    const duration = nextPts !== undefined ? nextPts - lead.startPts : lead.isWhole ? soFar : Math.max(soFar, expected)
    segments.push({ time: lead.startPts, duration })
    expected = duration
  }
  return { first: from, segments }
}

/** Sound has segments of its own length, to the frame. Where it has not begun yet its first will be where its picture is. */
function soundTimeline(rendition: Rendition, period: LoggedPeriod, lead: Timeline): Timeline {
  const segments: TimelineSegment[] = []
  const first = Math.max(lead.first, rendition.segments[0]!.number)
  for (let number = first; number <= period.lastNumber; number++) {
    const segment = segmentAt(rendition, number)
    if (segment === undefined || segment.parts.length === 0) break
    const beside = lead.segments[number - lead.first]
    const next = segmentAt(rendition, number + 1)
    const time = Math.round(segment.startDts)
    const soFar = Math.round(segment.duration90k)
    const expected = beside === undefined ? soFar : Math.max(soFar, beside.time + beside.duration - time)
    const isFollowed = next !== undefined && !next.isSpliced && next.parts.length > 0
    segments.push({ time, duration: isFollowed ? Math.round(next.startDts) - time : segment.isWhole ? soFar : expected })
  }
  return segments.length > 0 ? { first, segments } : { first: lead.first, segments: lead.segments.slice(0, 1) }
}

type Place = { readonly period: LoggedPeriod; readonly before: LoggedPeriod | undefined; readonly from: number; readonly prefix: string }

type Made = Pick<AdaptationSet, 'startsWithKey' | 'continues' | 'producerReference' | 'chunkDuration' | 'template' | 'representations'>

function adaptationSet(
  { store, policy, bandwidthOf }: ManifestParts,
  { period, before, from, prefix }: Place,
  set: Omit<AdaptationSet, keyof Made>,
  renditions: readonly Rendition[],
  { first, segments }: Timeline,
): AdaptationSet | null {
  const representations = renditions.flatMap((rendition) => representationOf(store, period, rendition, bandwidthOf, prefix) ?? [])
  if (representations.length === 0 || segments.length === 0) return null
  const listed = renditions.flatMap((rendition) => rendition.segments.filter(({ number }) => number >= from && number <= period.lastNumber))
  const isSame = before !== undefined && renditions.every(({ id }) => before.members.get(id) === period.members.get(id))
  return {
    ...set,
    startsWithKey: listed.every(({ isIndependent }) => isIndependent),
    ...(isSame ? { continues: { periodId: before.id, by: period.isContinuous ? 'continuity' : 'connectivity' } } : {}),
    producerReference: { wallMs: period.start90k / ticksPerMs, presentationTime: period.startPts, utcTiming },
    chunkDuration: policy.partMs * ticksPerMs,
    template: {
      timescale: ticksPerSecond,
      presentationTimeOffset: period.startPts,
      availabilityTimeOffsetS: (policy.segmentMs - policy.partTargetMs) / 1000,
      media: `${prefix}${segmentTemplate(store.firstNumber)}`,
      startNumber: first,
      timeline: segments,
    },
    representations,
  }
}

function representationOf(
  { firstNumber: epoch }: MediaStore,
  period: LoggedPeriod,
  rendition: Rendition,
  bandwidthOf: ManifestParts['bandwidthOf'],
  prefix: string,
): Representation | null {
  const version = period.members.get(rendition.id)!
  const track = trackOf(period, rendition)
  if (track === undefined) return null
  return {
    id: rendition.id,
    bandwidthBps: bandwidthOf(rendition),
    codecs: track.codecString,
    initialization: `${prefix}${fileName({ kind: 'init', rendition: rendition.id, epoch, number: version })}`,
    ...(track.kind === 'audio' ? { sound: { sampleRate: track.sampleRate, channels: track.channels } } : pictureOf(track)),
  }
}

function pictureOf({ width, height, fps }: Extract<Track, { kind: 'video' }>): Pick<Representation, 'picture'> {
  return width === 0 ? {} : { picture: { width, height, ...(fps === null ? {} : { frameRate: frameRateOf(fps) }) } }
}

/** Rates of television are fractions of 1001. Spec: ISO/IEC 23009-1 §5.3.7.2 */
function frameRateOf(fps: number): string {
  const whole = Math.round(fps)
  if (Math.abs(fps - whole) < 0.001) return String(whole)
  const ofTelevision = Math.round((fps * 1001) / 1000)
  return Math.abs(fps - (ofTelevision * 1000) / 1001) < 0.01 ? `${ofTelevision * 1000}/1001` : `${Math.round(fps * 1000)}/1000`
}

/** Of the presentation: where the longest of its tracks ends. */
function endOf(last: Period | undefined): number {
  if (last === undefined) return 0
  const ends = last.adaptationSets.map(({ template }) => {
    const { time, duration } = template.timeline.at(-1)!
    return last.start90k + time + duration - template.presentationTimeOffset
  })
  return Math.max(...ends)
}
