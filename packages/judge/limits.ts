import type { ClassPolicy } from '@sluice/contract/policy'
import { type Limit, over, under } from './limit.ts'

/** Encoders swing around what they are set to: what is off by less than a tenth is what was set. */
export const settingTolerance = 1.1
/** The longest distance between key frames that large platforms accept: YouTube and Facebook say 4 s. */
const platformGopMs = 4000

/** Key frames against what is wanted, and against the longest that is accepted; null: the far end names none. */
export const keyframeLimit = (wantedMs: number, acceptedMs: number | null): Limit =>
  over(
    'ms',
    wantedMs * settingTolerance,
    acceptedMs === null ? null : Math.max(wantedMs, acceptedMs) * settingTolerance,
    'the keyframe interval of the tightest class, and the 4 s that YouTube and Facebook accept; a tenth more for encoders that swing',
  )

/** Limits that no class sets. */
const common = {
  keyframeRegularity: under('share', 0.8, null, 'shortest of eight key-frame distances by the longest: fixed intervals differ by a frame'),
  keyframeBurst: under('share', 0.25, null, 'the same figure: a quarter of the interval is a scene-cut key frame, each a burst of bitrate'),
  frameRate: under('share', 0.9, 0.5, 'share of the declared frame rate: below nine tenths motion stutters visibly'),
  slowFrames: under('fps', 10, null, 'where no frame rate is declared: less is a slide show, or an encoder that skips'),
  bitrateDrop: under('share', 0.5, 0.25, 'now by the median of the last minute: half of what it was is no swing of an encoder'),
  pace: under('share', 0.93, 0.8, 'media time by clock time over 15 s: players with 3 s of buffer run dry within a minute at 0.93'),
  clockJumps: over('times', 0, null, 'jumps of the timestamps in five minutes: each may be a glitch at a destination'),
  overCap: over('share', settingTolerance, null, 'video bitrate by the limit of the tightest output; a tenth more for encoders that swing'),
  videoLow: under('kbps', 4500, null, 'usual video bitrate at 1080p30: 4.5-6 Mbps for mixed content'),
  videoHigh: over('kbps', 6000, null, 'usual video bitrate at 1080p30: 4.5-6 Mbps for mixed content'),
  audioLow: under('kbps', 96 / settingTolerance, null, 'AAC stereo at 96-128 kbps; a tenth less for encoders that swing'),
  audioHigh: over('kbps', 128 * settingTolerance, null, 'AAC stereo at 96-128 kbps; a tenth more for encoders that swing'),
  gap: over('ms', 500, 1000, 'longest silence in four seconds: players stall after a second; a clean run of an input ends there too'),
  loss: over('share', 0.01, null, 'packets lost before recovery in one minute: sustained loss of a contribution line stays below 1 %'),
  drop: over('share', 0, 0.001, 'packets of one minute that were not recovered: each breaks the picture up to the next key frame'),
  rtt: over('ms', 180, null, 'median round trip over five minutes: 150-180 ms for low latency'),
  headroom: under('times', 4, null, 'SRT latency by the median round trip: with fewer, a packet that is lost twice may come too late'),
  connect: over('ms', 15_000, null, 'three times the 5 s within which a far end must confirm what it receives'),
  queue: over('share', 0.5, null, 'media that waits by the bound of the queue: at the bound frames are dropped'),
  target: under('share', 0.8, null, 'video bitrate of ten seconds by its target: what is missing is missing at the far end'),
  outputCap: over('share', 1.05, null, 'video bitrate of ten seconds by the limit of the output; RTMP and MPEG-TS add up to 5 %'),
  playlist: over('ms', 20_000, 20_000, 'a first segment needs a whole GOP, and a playlist three of them'),
  drift: over('ms', 20, null, 'growth per minute of what Sluice adds, in each of four steps over ten minutes'),
  segmentAge: over('share', 2.5, 5, 'time since the newest segment by its length, 2.4 s at least: players run dry three segments behind'),
  player: over('ms', 3500, 8000, 'behind live at a player that keeps the hold-back, as a probe sees it: 1.2-3.5 s for low latency'),
  join: over('ms', 6000, null, 'distance of key frames: a viewer who starts waits for the next one'),
} as const satisfies Record<string, Limit>

/** The round trip that low-latency profiles usually stay below. [LAT-09] */
export const usualRttMs = 150

export type Limits = typeof common & { readonly keyframeDistance: Limit; readonly gopMs: number }

/** All limits of a channel: the tightest class among its outputs sets those that classes have a say in. */
export function limitsOf(policies: readonly ClassPolicy[]): Limits {
  const gopMs = Math.min(...policies.map((policy) => policy.gopMs))
  return { ...common, gopMs, keyframeDistance: keyframeLimit(gopMs, platformGopMs) }
}

/** Limits that hold whatever the classes. */
export const commonLimits: typeof common = common
