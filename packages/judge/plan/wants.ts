import type { PlanCode, RungAudioWish, RungVideoWish } from '@sluice/contract/api'
import { settingTolerance } from '../limits.ts'
import type { DestinationRules, OwnRung, PlannedOutput, PlanRequest, SettledRung, SourceFacts } from './facts.ts'
import { even, fpsOf, fpsUpTo, linesOf, settleRung, settleVideo, sizeOf, sourceFps } from './settle.ts'

/** A fact with the figures that its sentence has. */
export type PlanReason = { readonly code: PlanCode; readonly found?: string; readonly limit?: string; readonly by?: string }

/** What one output is to get, before anybody asks whether the machine can do it. */
export type Want =
  | { readonly type: 'source'; readonly reason: PlanReason; readonly warning: PlanReason | null }
  | {
      readonly type: 'rung'
      readonly rung: SettledRung
      /** Of the rung that somebody made; null: it follows from what the destination accepts. */
      readonly rungId: string | null
      readonly reason: PlanReason
    }

/** OPS-02. */
const conservative: { readonly video: RungVideoWish; readonly audio: RungAudioWish } = {
  video: { codec: 'h264', height: 720, fps: 30, bitrateKbps: 3000, gopMs: 2000 },
  audio: { codec: 'aac', bitrateKbps: 128 },
}
const conservativeName = 'Conservative 720p30'
const usualAudio: RungAudioWish = { codec: 'aac', bitrateKbps: 128 }
const lowLatencyGopMs = 1000
/** Social and partner destinations: half of 60 is what they show well everywhere. [POL-10] */
const socialFps = 30

/** By lines of the short side: what Sluice encodes at, and the rate below which the next smaller size looks better. */
const sizes = [
  { lines: 1080, kbps: 5000, fromKbps: 4000 },
  { lines: 720, kbps: 3000, fromKbps: 1500 },
  { lines: 480, kbps: 1400, fromKbps: 800 },
  { lines: 360, kbps: 800, fromKbps: 0 },
] as const

/** The catalogue has ffmpeg's names. */
const catalogueName = (codec: string): string => (codec === 'h265' ? 'hevc' : codec)

/** What an output is to get. */
export function wantOf(output: PlannedOutput, request: PlanRequest): Want {
  const { sources, rungs, isRolledBack } = request
  const source = sources[0] ?? null
  if (isRolledBack) return conservativeWant(sources)
  if (output.wish === 'auto') return autoWant(output, request)
  if (output.wish === 'source') return { type: 'source', reason: { code: 'source-wanted' }, warning: firstMisfit(output, sources) }
  const own = rungs.find(({ id }) => id === output.wish)
  if (own === undefined) return { type: 'source', reason: { code: 'rung-gone' }, warning: { code: 'rung-gone' } }
  const { rung, rungId } = withLatency(settleRung(own, source), own.id, output)
  return { type: 'rung', rung, rungId, reason: { code: 'rung-wanted' } }
}

function conservativeWant(sources: readonly SourceFacts[]): Want {
  const reason: PlanReason = { code: 'rollback' }
  const isWithin = ({ video }: SourceFacts): boolean =>
    video === null ||
    (video.codec === 'h264' &&
      Math.min(video.width, video.height) <= 720 &&
      (video.kbps ?? 0) <= conservative.video.bitrateKbps * settingTolerance &&
      (video.fps ?? 30) <= 30 * settingTolerance)
  if (sources.every(isWithin)) return { type: 'source', reason, warning: null }
  const source = sources[0]!
  const video = {
    ...settleVideo(conservative.video, source),
    ...sizeOf(source, Math.min(720, even(linesOf(source)))),
    fps: fpsUpTo(sourceFps(source), socialFps),
  }
  const { audio } = settleRung({ name: '', video: null, audio: conservative.audio }, source)
  return { type: 'rung', rung: { name: conservativeName, video, audio }, rungId: null, reason }
}

function autoWant(output: PlannedOutput, { sources, rungs }: PlanRequest): Want {
  const source = sources[0]
  if (source === undefined) return { type: 'source', reason: { code: 'source-unknown' }, warning: null }
  const misfit = firstMisfit(output, sources)
  if (misfit === null) return { type: 'source', reason: { code: 'source-fits' }, warning: null }
  const isSoundAlone = misfit.code === 'source-audio'
  const planned = isSoundAlone ? soundRung(output, source) : pictureRung(output, source)
  const own = isSoundAlone ? undefined : rungs.find((rung) => serves(rung, planned, output, source))
  const chosen = own === undefined ? planned : settleRung(own, source)
  return { type: 'rung', ...withLatency(chosen, own?.id ?? null, output), reason: misfit }
}

/** A low-latency output gets key frames 1 s apart: a rung of its own where the rung has them further apart. */
function withLatency(rung: SettledRung, rungId: string | null, { latency }: PlannedOutput): { rung: SettledRung; rungId: string | null } {
  if (latency === 'standard' || rung.video === null || rung.video.gopMs <= lowLatencyGopMs) return { rung, rungId }
  return { rung: { ...rung, name: `${rung.name}, low latency`, video: { ...rung.video, gopMs: lowLatencyGopMs } }, rungId: null }
}

const soundRung = ({ audioTrack = 0 }: PlannedOutput, source: SourceFacts): SettledRung =>
  settleRung({ name: 'Source picture, AAC', video: null, audio: { ...usualAudio, track: audioTrack } }, source)

/** The encoding for a destination that can't have the source: the largest size that its rate is enough for. */
function pictureRung(output: PlannedOutput, source: SourceFacts): SettledRung {
  const { rules, own, latency } = output
  const kbpsLimit = Math.min(
    output.class.maxVideoKbps,
    own.maxVideoKbps ?? Number.POSITIVE_INFINITY,
    rules?.maxVideoKbps ?? Number.POSITIVE_INFINITY,
  )
  const topKbps = Math.min(own.targetVideoKbps ?? rules?.recommendedKbps ?? sizes[0].kbps, kbpsLimit)
  const lines = linesFor(output, source, topKbps)
  const size = sizeOf(source, lines)
  const fps = fpsUpTo(sourceFps(source), Math.min(socialFps, rules?.maxFps ?? socialFps))
  const usual = sizes.find((one) => one.lines <= lines)?.kbps ?? sizes.at(-1)!.kbps
  const full = lines >= 1080 || own.targetVideoKbps !== undefined ? topKbps : Math.min(usual, topKbps)
  const bitrateKbps = Math.max(100, Math.min(full, rowOf(rules, lines, fpsOf(fps))?.maxKbps ?? full))
  const gopMs = latency === 'low' ? lowLatencyGopMs : Math.round((rules?.keyframeSeconds ?? output.class.gopMs / 1000) * 1000)
  const video = { codec: 'h264' as const, ...size, fps, bitrateKbps, gopMs: Math.min(10_000, Math.max(500, gopMs)) }
  const { audio } = soundRung(output, source)
  const name = `${lines}p${Math.round(fpsOf(fps))} at ${bitrateKbps} kbps`
  return { name, video: { ...video, fit: 'fit', cropAt: 0.5 }, audio }
}

/** Lines of the short side, never more than the source has. */
function linesFor({ rules, class: { class: outputClass } }: PlannedOutput, source: SourceFacts, kbps: number): number {
  const allowed = rules?.maxHeight == null ? Number.POSITIVE_INFINITY : Math.min(rules.maxWidth ?? rules.maxHeight, rules.maxHeight)
  const most = Math.min(linesOf(source), allowed)
  const fits = ({ lines, fromKbps }: (typeof sizes)[number]): boolean => {
    if (lines > most) return false
    // Partners get the profile that works everywhere. [POL-03]
    if (lines > 720 && (outputClass === 'C' || kbps < (rules?.fullSizeFromKbps ?? 0))) return false
    return kbps >= Math.max(fromKbps, rowOf(rules, lines, socialFps)?.minKbps ?? 0)
  }
  return sizes.find(fits)?.lines ?? Math.min(sizes.at(-1)!.lines, even(most))
}

/** The destination's own line for a size: of the lowest frame rate that is enough. */
function rowOf(rules: DestinationRules | undefined, lines: number, fps: number) {
  const rows = (rules?.bitrateMatrix ?? []).filter((row) => Math.min(row.width, row.height) === lines && (row.fps ?? 60) >= Math.floor(fps))
  return rows.toSorted((a, b) => (a.fps ?? 60) - (b.fps ?? 60))[0]
}

/** A rung that somebody made for this channel and that the destination can have instead: the same size, and nearly the rate. */
function serves(own: OwnRung, planned: SettledRung, { rules, latency, audioTrack = 0 }: PlannedOutput, source: SourceFacts): boolean {
  const { video, audio } = settleRung(own, source)
  if (video === null || planned.video === null || audio === null || latency === 'low') return false
  const isSameShape =
    video.width === planned.video.width && video.height === planned.video.height && video.fit === 'fit' && video.overlays === undefined
  const isRate = video.bitrateKbps <= planned.video.bitrateKbps && video.bitrateKbps >= planned.video.bitrateKbps * 0.8
  const isFps = fpsOf(video.fps) <= (rules?.maxFps ?? 60) && fpsOf(video.fps) >= fpsOf(planned.video.fps) * 0.99
  const isGop = video.gopMs <= planned.video.gopMs
  const isCodec = video.codec === 'h264' && (rules === undefined || rules.audioCodecs.includes(audio.codec))
  return isSameShape && isRate && isFps && isGop && isCodec && audio.gainDb === 0 && audio.track === audioTrack
}

/** Why the source can't go to that output as it is; null: it can. The first source that does not fit says why. */
function firstMisfit(output: PlannedOutput, sources: readonly SourceFacts[]): PlanReason | null {
  for (const source of sources) {
    const misfit = misfitOf(output, source)
    if (misfit !== null) return misfit
  }
  return null
}

/** Measured rates and intervals swing: by less than a tenth they are what was set, as preflight judges them too. */
function misfitOf({ rules, own }: PlannedOutput, { video, audio }: SourceFacts): PlanReason | null {
  if (video !== null) {
    const misfit = pictureMisfit(rules, own.maxVideoKbps, video)
    if (misfit !== null) return misfit
  }
  if (audio === null || rules === undefined) return null
  const by = rules.name
  if (!rules.audioCodecs.includes(audio.codec))
    return { code: 'source-audio', by, limit: rules.audioCodecs.join(' or '), found: audio.codec }
  if (rules.audioSampleRates !== null && !rules.audioSampleRates.includes(audio.sampleRate))
    return { code: 'source-audio', by, limit: `${rules.audioSampleRates.join(' or ')} Hz`, found: `${audio.sampleRate} Hz` }
  return null
}

function pictureMisfit(
  rules: DestinationRules | undefined,
  ownMaxKbps: number | undefined,
  video: NonNullable<SourceFacts['video']>,
): PlanReason | null {
  const { codec, kbps, fps, gopMs, width, height } = video
  if (rules !== undefined && !rules.videoCodecs.includes(catalogueName(codec)))
    return { code: 'source-codec', by: rules.name, limit: rules.videoCodecs.join(' or '), found: catalogueName(codec) }
  if (kbps !== null && ownMaxKbps !== undefined && kbps > ownMaxKbps * rateTolerance)
    return { code: 'source-bitrate', by: 'This output', limit: `${ownMaxKbps} kbps`, found: `${kbps} kbps` }
  if (rules === undefined) return null
  const by = rules.name
  if (kbps !== null && rules.maxVideoKbps !== null && kbps > rules.maxVideoKbps * rateTolerance)
    return { code: 'source-bitrate', by, limit: `${rules.maxVideoKbps} kbps`, found: `${kbps} kbps` }
  if (rules.maxWidth !== null && rules.maxHeight !== null) {
    const isTooLarge =
      Math.max(width, height) > Math.max(rules.maxWidth, rules.maxHeight) ||
      Math.min(width, height) > Math.min(rules.maxWidth, rules.maxHeight)
    if (isTooLarge) return { code: 'source-size', by, limit: `${rules.maxWidth}x${rules.maxHeight}`, found: `${width}x${height}` }
  }
  if (fps !== null && rules.maxFps !== null && fps > rules.maxFps * 1.02)
    return { code: 'source-fps', by, limit: `${rules.maxFps} frames/s`, found: `${shown(fps)} frames/s` }
  if (gopMs !== null && rules.maxKeyframeSeconds !== null && gopMs > rules.maxKeyframeSeconds * 1000 * settingTolerance)
    return { code: 'source-keyframes', by, limit: `${rules.maxKeyframeSeconds} s`, found: `${shown(gopMs / 1000)} s` }
  return null
}

/**
 * A constant rate of 8000 is measured at up to 8160. More than that is over the limit of a platform that cuts it off: the example that decides
 * it is 8400 against Twitch's 8000.
 */
const rateTolerance = 1.02

const shown = (value: number): string => String(Number(value.toFixed(1)))
