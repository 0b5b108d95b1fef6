import { ticksPerSecond } from '@sluice/codecs/frame'
import { formatMediaPlaylist, formatMultivariantPlaylist, type MediaSegment } from '@sluice/containers/m3u8'
import type { Segment } from '../store/index.ts'
import { initName, segmentName } from './names.ts'

const hlsVersion = 7

/** What a playlist shows, oldest first, at least one segment. `epoch`: the first number of the store, which is part of all names. */
export type Shown = { readonly segments: readonly Segment[]; readonly epoch: number; readonly targetDurationS: number }

/** The media playlist. `prefix` stands before each name. */
export function mediaPlaylist({ segments, epoch, targetDurationS }: Shown, prefix: string): string {
  const first = segments[0]!
  return formatMediaPlaylist({
    version: hlsVersion,
    targetDurationS,
    mediaSequence: first.number,
    // Counted when their tags leave the playlist, not when they are made. Spec: RFC 8216 §6.2.2
    discontinuitySequence: first.splices - (first.isSpliced ? 1 : 0),
    hasIndependentSegments: areIndependent(segments),
    isEnded: false,
    segments: segments.map(
      (segment): MediaSegment => ({
        uri: `${prefix}${segmentName(epoch, segment)}`,
        durationS: segment.duration90k / ticksPerSecond,
        hasDiscontinuity: segment.isSpliced,
        map: { uri: `${prefix}${initName(epoch, segment.init)}` },
        programDateTimeMs: segment.startWallMs,
      }),
    ),
  })
}

/** The multivariant playlist with the one rung that there is; rates and codecs are those of the segments shown. `mediaUri`: where its playlist is. */
export function multivariantPlaylist({ segments, targetDurationS }: Shown, mediaUri: string): string {
  const { tracks } = segments.at(-1)!.init
  const video = tracks.find((track) => track.kind === 'video')
  return formatMultivariantPlaylist({
    version: hlsVersion,
    hasIndependentSegments: areIndependent(segments),
    renditions: [],
    variants: [
      {
        uri: mediaUri,
        ...bandwidthOf(segments, targetDurationS),
        codecs: tracks.map((track) => track.codecString),
        ...(video === undefined || video.width === 0 ? {} : { resolution: { width: video.width, height: video.height } }),
        ...(video?.kind !== 'video' || video.fps === null ? {} : { fps: video.fps }),
      },
    ],
  })
}

/** Not where a GOP is longer or larger than a segment may be. Spec: RFC 8216 §4.3.5.1 */
const areIndependent = (shown: readonly Segment[]): boolean => shown.every(({ isIndependent }) => isIndependent)

/** The stub before a splice, a key frame and little more, tells nothing of the rate. Spec: RFC 8216 §4.3.4.2 */
function bandwidthOf(shown: readonly Segment[], targetDurationS: number): { bandwidthBps: number; averageBandwidthBps: number } {
  const whole = shown.filter((segment) => segment.duration90k >= (targetDurationS * ticksPerSecond) / 2)
  const judged = whole.length > 0 ? whole : shown
  const bits = judged.reduce((sum, segment) => sum + segment.bytes.length * 8, 0)
  const ticks = judged.reduce((sum, segment) => sum + segment.duration90k, 0)
  return {
    bandwidthBps: Math.max(...judged.map((segment) => (segment.bytes.length * 8 * ticksPerSecond) / Math.max(1, segment.duration90k))),
    averageBandwidthBps: (bits * ticksPerSecond) / Math.max(1, ticks),
  }
}
