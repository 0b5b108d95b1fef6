import { ticksPerSecond } from '@sluice/codecs/frame'
import { formatMediaPlaylist, type LowLatency, type MediaSegment, type PartialSegment } from '@sluice/containers/m3u8'
import { fileName, type MediaStore, type Part, type Rendition, type Segment } from '../store/index.ts'
import type { BufferPolicy } from './buffer-policy.ts'
import { dateRanges } from './date-ranges.ts'

/** What the tags of a playlist ask for. Spec: draft-pantos-hls-rfc8216bis §7 */
const versions = { usual: 6, gaps: 8, skip: 9 } as const
/** Parts stand in the list so many target durations from its end. Spec: draft-pantos-hls-rfc8216bis §4.4.4.9 */
const partTargets = 3

export type Shown = { readonly store: MediaStore; readonly rendition: Rendition; readonly policy: BufferPolicy }

/** The playlist of one rendition, with its parts. `prefix` stands before each file, `isDelta`: what the client has already may be left out. */
export function renditionPlaylist({ store, rendition, policy }: Shown, prefix: string, isDelta: boolean): string {
  const { segments } = rendition
  const first = segments[0]!
  const isEnded = store.state === 'ended'
  const whole = segments.filter(({ isWhole }) => isWhole)
  const skippedSegments = isDelta && !isEnded ? skippable(whole, policy) : 0
  const edge = endOf(segments.at(-1)!)
  const shown = whole.map((segment): MediaSegment => {
    const hasParts = edge - segment.startDts <= partTargets * policy.targetDurationS * ticksPerSecond
    const parts = hasParts && !isEnded ? { parts: segment.parts.map((part) => partOf(store, rendition, part, prefix)) } : {}
    return { ...segmentOf(store, rendition, segment, prefix), ...parts }
  })
  return formatMediaPlaylist({
    version: skippedSegments > 0 ? versions.skip : segments.some(hasGap) ? versions.gaps : versions.usual,
    targetDurationS: policy.targetDurationS,
    mediaSequence: first.number,
    // Counted when their tags leave the playlist, not when they are made. Spec: RFC 8216 §6.2.2
    discontinuitySequence: first.splices - (first.isSpliced ? 1 : 0),
    hasIndependentSegments: areIndependent(segments),
    isEnded,
    segments: shown,
    dateRanges: dateRanges(store, segments),
    lowLatency: {
      partTargetS: policy.partTargetMs / 1000,
      partHoldBackS: policy.partHoldBackMs / 1000,
      holdBackS: policy.holdBackMs / 1000,
      canSkipUntilS: policy.canSkipUntilMs / 1000,
      skippedSegments,
      open: isEnded ? null : openOf(store, rendition, prefix),
      hintUri: isEnded ? null : `${prefix}${partName(store, rendition, rendition.nextPart)}`,
      mapHintUri: isEnded ? null : comingMap(store, rendition, prefix),
      reports: isEnded ? [] : reportsOf(store, rendition),
    },
  })
}

/** Key frames alone, as ranges of the segments' files: the first sample of each segment. One without is a gap, so that numbers stay in step. */
export function iFramePlaylist({ store, rendition, policy }: Shown, prefix: string): string {
  const { segments } = rendition
  const first = segments[0]!
  const whole = segments.filter(({ isWhole }) => isWhole)
  const hasKey = ({ isIndependent, parts }: Segment): boolean => isIndependent && parts[0]?.isGap === false
  return formatMediaPlaylist({
    version: whole.every(hasKey) ? versions.usual : versions.gaps,
    targetDurationS: policy.targetDurationS,
    mediaSequence: first.number,
    discontinuitySequence: first.splices - (first.isSpliced ? 1 : 0),
    hasIndependentSegments: false,
    hasIFramesOnly: true,
    isEnded: store.state === 'ended',
    segments: whole.map((segment) => ({
      ...segmentOf(store, rendition, segment, prefix),
      ...(hasKey(segment) ? { byteRange: { offset: 0, length: segment.parts[0]!.firstSampleEnd } } : { isGap: true }),
    })),
  })
}

/** Not where a GOP is longer or larger than a segment may be. Spec: RFC 8216 §4.3.5.1 */
export const areIndependent = (shown: readonly Segment[]): boolean => shown.every(({ isIndependent }) => isIndependent)

const partName = ({ firstNumber }: MediaStore, { id }: Rendition, number: number): string =>
  fileName({ kind: 'part', rendition: id, epoch: firstNumber, number })

const isGap = ({ parts }: Segment): boolean => parts.length > 0 && parts.every((part) => part.isGap)
const hasGap = ({ parts }: Segment): boolean => parts.some((part) => part.isGap)
const endOf = ({ startDts, duration90k }: Segment): number => startDts + duration90k

function segmentOf({ firstNumber: epoch }: MediaStore, { id }: Rendition, segment: Segment, prefix: string): MediaSegment {
  return {
    uri: `${prefix}${fileName({ kind: 'segment', rendition: id, epoch, number: segment.number })}`,
    durationS: segment.duration90k / ticksPerSecond,
    hasDiscontinuity: segment.isSpliced,
    programDateTimeMs: segment.startWallMs,
    ...(segment.init === null
      ? {}
      : { map: { uri: `${prefix}${fileName({ kind: 'init', rendition: id, epoch, number: segment.init.version })}` } }),
    ...(isGap(segment) ? { isGap: true } : {}),
  }
}

const partOf = (store: MediaStore, rendition: Rendition, part: Part, prefix: string): PartialSegment => ({
  uri: `${prefix}${partName(store, rendition, part.number)}`,
  durationS: part.duration90k / ticksPerSecond,
  isIndependent: part.isIndependent,
  isGap: part.isGap,
})

/** The init of the segment that comes next, where it is known and another one than before. */
function comingMap({ firstNumber: epoch }: MediaStore, { id, init, segments, last }: Rendition, prefix: string): string | null {
  const before = segments.findLast((segment) => segment.init !== null)?.init
  if (last?.isWhole !== true || init === null || before == null || init.version === before.version) return null
  return `${prefix}${fileName({ kind: 'init', rendition: id, epoch, number: init.version })}`
}

/** A splice is shown with the end of what was before it: the hint behind it is then of the new run. */
function openOf(store: MediaStore, rendition: Rendition, prefix: string): LowLatency['open'] {
  const last = rendition.last!
  if (last.isWhole) return store.isSplicedAfter(last.number) ? { hasDiscontinuity: true, parts: [] } : null
  if (last.parts.length === 0 && !last.isSpliced) return null
  const { map, hasDiscontinuity, programDateTimeMs } = segmentOf(store, rendition, last, prefix)
  return {
    ...(map === undefined ? {} : { map }),
    ...(hasDiscontinuity === undefined ? {} : { hasDiscontinuity }),
    ...(programDateTimeMs === undefined ? {} : { programDateTimeMs }),
    parts: last.parts.map((part) => partOf(store, rendition, part, prefix)),
  }
}

/** From the end of the last whole segment on nothing younger than the skip boundary is left out. */
function skippable(whole: readonly Segment[], policy: BufferPolicy): number {
  const last = whole.at(-1)
  if (last === undefined) return 0
  const boundary = endOf(last) - (policy.canSkipUntilMs / 1000) * ticksPerSecond
  return whole.filter((segment) => endOf(segment) < boundary).length
}

function reportsOf(store: MediaStore, rendition: Rendition): LowLatency['reports'] {
  return store.renditions.flatMap((other) => {
    const last = other === rendition ? undefined : other.segments.findLast(({ parts }) => parts.length > 0)
    return last === undefined ? [] : [{ uri: `${other.id}.m3u8`, lastNumber: last.number, lastPart: last.parts.length - 1 }]
  })
}
