import { ticksPerSecond } from '@sluice/codecs/frame'
import { formatMediaPlaylist, formatMultivariantPlaylist, type MediaSegment } from '@sluice/containers/m3u8'
import type { Listed, SegmentWindow } from './segment-window.ts'

const hlsVersion = 7

/** The media playlist of the window. `nextSequence`: the number that the next segment will have; `prefix` stands before each name. */
export function mediaPlaylist(window: SegmentWindow, targetDurationS: number, nextSequence: number, prefix: string): string {
  const { shown, discontinuities } = window
  const segments = shown.map(
    (segment): MediaSegment => ({
      uri: `${prefix}${segment.name}`,
      durationS: segment.duration90k / ticksPerSecond,
      hasDiscontinuity: segment.isSpliced,
      map: { uri: `${prefix}${segment.init.name}` },
      programDateTimeMs: segment.startWallMs,
    }),
  )
  return formatMediaPlaylist({
    version: hlsVersion,
    targetDurationS,
    mediaSequence: nextSequence - shown.length,
    discontinuitySequence: discontinuities,
    hasIndependentSegments: areIndependent(shown),
    isEnded: false,
    segments,
  })
}

/** The multivariant playlist with the one rung that there is; rates and codecs are those of the segments shown, at least one. `mediaUri`: where its playlist is. */
export function multivariantPlaylist(shown: readonly Listed[], targetDurationS: number, mediaUri: string): string {
  const { tracks } = shown.at(-1)!.init
  const video = tracks.find((track) => track.kind === 'video')
  return formatMultivariantPlaylist({
    version: hlsVersion,
    hasIndependentSegments: areIndependent(shown),
    renditions: [],
    variants: [
      {
        uri: mediaUri,
        ...bandwidthOf(shown, targetDurationS),
        codecs: tracks.map((track) => track.codecString),
        ...(video === undefined || video.width === 0 ? {} : { resolution: { width: video.width, height: video.height } }),
        ...(video?.kind !== 'video' || video.fps === null ? {} : { fps: video.fps }),
      },
    ],
  })
}

/** Not where a GOP is longer or larger than a segment may be. Spec: RFC 8216 §4.3.5.1 */
const areIndependent = (shown: readonly Listed[]): boolean => shown.every(({ isIndependent }) => isIndependent)

/** The stub before a splice, a key frame and little more, tells nothing of the rate. Spec: RFC 8216 §4.3.4.2 */
function bandwidthOf(shown: readonly Listed[], targetDurationS: number): { bandwidthBps: number; averageBandwidthBps: number } {
  const whole = shown.filter((segment) => segment.duration90k >= (targetDurationS * ticksPerSecond) / 2)
  const judged = whole.length > 0 ? whole : shown
  const bits = judged.reduce((sum, segment) => sum + segment.bytes.length * 8, 0)
  const ticks = judged.reduce((sum, segment) => sum + segment.duration90k, 0)
  return {
    bandwidthBps: Math.max(...judged.map((segment) => (segment.bytes.length * 8 * ticksPerSecond) / Math.max(1, segment.duration90k))),
    averageBandwidthBps: (bits * ticksPerSecond) / Math.max(1, ticks),
  }
}
