import type { PreflightCheck, Verdict } from '@sluice/contract/api'
import { type InputActual, type InputStats, noticeOfMissing, noticeWords } from '@sluice/contract/link'
import type { OutputClass } from '@sluice/contract/policy'
import { commonLimits, keyframeLimit, levelOf, settingTolerance as tolerance } from '@sluice/judge'
import type { PlatformRules } from '../destinations/index.ts'
import { check } from './check.ts'

/** What the channel takes its media from now. Null stats: it has just begun. */
export type SourceFacts = { input: InputActual; stats: (InputStats & { verdicts?: Verdict[] | undefined }) | null }

/** What the source may be for one destination. `isOwn`: the bitrate is the output's own limit and not its class's. `isPassedOn`: by `auto`. */
export type SourceLimits = { class: OutputClass; gopMs: number; maxVideoKbps: number; isOwn: boolean; isPassedOn?: boolean }

/** The source against what one destination takes and its class allows. No source: nothing, the channel's own check says so. */
export function sourceChecks(source: SourceFacts | null, rules: PlatformRules | undefined, limits: SourceLimits): PreflightCheck[] {
  if (source === null) return []
  const checks = [codecCheck(source, rules), bitrateCheck(source, rules, limits), keyframeCheck(source, rules, limits)]
  return [...checks, fpsCheck(source, rules), sizeCheck(source, rules), audioCheck(source, rules)].filter((one) => one !== null)
}

function codecCheck({ input: { video, audio } }: SourceFacts, rules: PlatformRules | undefined): PreflightCheck | null {
  if (rules === undefined) return null
  const expected = `video ${rules.videoCodecs.join(' or ')}, audio ${rules.audioCodecs.join(' or ')}`
  const found = `video ${video === null ? 'none' : catalogueName(video.codec)}, audio ${audio === null ? 'none' : audio.codec}`
  if (video !== null && !rules.videoCodecs.includes(catalogueName(video.codec))) {
    return check('codec', 'fail', { found, expected, fix: `Set the encoder's video codec to ${rules.videoCodecs.join(' or ')}.` })
  }
  if (audio !== null && !rules.audioCodecs.includes(audio.codec)) {
    return check('codec', 'fail', { found, expected, fix: `Set the encoder's audio codec to ${rules.audioCodecs.join(' or ')}.` })
  }
  return check('codec', 'pass', { found, expected })
}

/** The catalogue has ffmpeg's names. */
const catalogueName = (codec: string): string => (codec === 'h265' ? 'hevc' : codec)

function bitrateCheck({ input, stats }: SourceFacts, rules: PlatformRules | undefined, limits: SourceLimits): PreflightCheck | null {
  if (input.video === null) return null
  const platformMax = rules?.maxVideoKbps ?? null
  // The cap of a class is for what Sluice encodes: what `auto` passes through may have as much as the destination takes.
  const ownMax = limits.isPassedOn === true && !limits.isOwn ? Number.POSITIVE_INFINITY : limits.maxVideoKbps
  const limit = Math.min(ownMax, platformMax ?? Number.POSITIVE_INFINITY)
  if (limit === Number.POSITIVE_INFINITY) return null
  const own = limits.isOwn ? "this output's own limit" : `class ${limits.class}`
  const expected = `video up to ${limit} kbps (${limit === platformMax ? (rules?.name ?? 'platform') : own})`
  if (stats === null) return check('bitrate', 'skip', { found: 'not measured yet', expected })
  const kbps = Math.round(stats.videoBps / 1000)
  const found = `video ${kbps} kbps`
  const fix = `Set the encoder's video bitrate to ${limit} kbps or less.`
  if (platformMax !== null && kbps > platformMax * tolerance) return check('bitrate', 'fail', { found, expected, fix })
  if (kbps > limit * tolerance) return check('bitrate', 'warn', { found, expected, fix })
  const minKbps = rules?.minVideoKbps ?? null
  if (minKbps !== null && kbps * tolerance < minKbps) {
    const more = `Set the encoder's video bitrate to ${minKbps} kbps or more.`
    return check('bitrate', 'warn', { found, expected: `video ${minKbps} to ${limit} kbps`, fix: more })
  }
  return check('bitrate', 'pass', { found, expected })
}

function keyframeCheck({ input, stats }: SourceFacts, rules: PlatformRules | undefined, limits: SourceLimits): PreflightCheck | null {
  if (input.video === null) return null
  const wantedMs = Math.min(limits.gopMs, (rules?.keyframeSeconds ?? Number.POSITIVE_INFINITY) * 1000)
  const maxMs = rules?.maxKeyframeSeconds == null ? null : rules.maxKeyframeSeconds * 1000
  const expected = `a key frame every ${wantedMs / 1000} s${maxMs === null || maxMs === wantedMs ? '' : `, ${maxMs / 1000} s at most`}`
  const gopMs = stats?.gopMs ?? null
  if (input.notices?.some(({ code, isCurrent }) => code === 'key-frame-missing' && isCurrent)) {
    const fix = `Set the encoder's keyframe interval to ${wantedMs / 1000} s.`
    return check('keyframes', 'fail', {
      found: 'no key frame for more than 12 s: outputs that connect now have to wait for one',
      expected,
      fix,
    })
  }
  if (gopMs === null) return check('keyframes', 'skip', { found: 'fewer than two key frames so far', expected })
  const found = `a key frame every ${(gopMs / 1000).toFixed(1)} s`
  const level = levelOf(keyframeLimit(wantedMs, maxMs), gopMs)
  if (level === 'ok') return check('keyframes', 'pass', { found, expected })
  const fix = `Set the encoder's keyframe interval to ${wantedMs / 1000} s, and turn scene-cut key frames off.`
  return check('keyframes', level === 'bad' ? 'fail' : 'warn', { found, expected, fix })
}

function fpsCheck({ input, stats }: SourceFacts, rules: PlatformRules | undefined): PreflightCheck | null {
  if (input.video === null) return null
  const { declaredFps } = input.video
  const lowest = declaredFps === null ? commonLimits.slowFrames.warn : declaredFps * commonLimits.frameRate.warn
  const maxFps = rules?.maxFps ?? null
  const expected = maxFps === null ? `${shown(lowest)} frames/s or more` : `${shown(Math.min(lowest, maxFps))} to ${maxFps} frames/s`
  if (stats === null) return check('fps', 'skip', { found: 'not measured yet', expected })
  const found = `${stats.fps.toFixed(1)} frames/s`
  if (maxFps !== null && stats.fps > maxFps * tolerance) {
    return check('fps', 'warn', { found, expected, fix: `Set the encoder to ${maxFps} frames/s or less.` })
  }
  if (stats.fps < lowest)
    return check('fps', 'warn', { found, expected, fix: 'Check the encoder: it drops frames, or its connection is too slow.' })
  return check('fps', 'pass', { found, expected })
}

const shown = (fps: number): string => String(Number(fps.toFixed(1)))

/** Upright video is as good as lying: the longer side counts against the longer. */
function sizeCheck({ input: { video } }: SourceFacts, rules: PlatformRules | undefined): PreflightCheck | null {
  if (video === null || rules === undefined || rules.maxWidth === null || rules.maxHeight === null) return null
  const [long, short] = [Math.max(video.width, video.height), Math.min(video.width, video.height)]
  const [maxLong, maxShort] = [Math.max(rules.maxWidth, rules.maxHeight), Math.min(rules.maxWidth, rules.maxHeight)]
  const texts = { found: `${video.width}x${video.height}`, expected: `up to ${rules.maxWidth}x${rules.maxHeight}` }
  if (long <= maxLong && short <= maxShort) return check('size', 'pass', texts)
  return check('size', 'fail', { ...texts, fix: `Set the encoder's output size to ${rules.maxWidth}x${rules.maxHeight} or less.` })
}

function audioCheck({ input: { audio, notices }, stats }: SourceFacts, rules: PlatformRules | undefined): PreflightCheck {
  const rates = rules?.audioSampleRates ?? null
  const maxKbps = rules?.maxAudioKbps ?? null
  const expected = `audio${rates === null ? '' : ` at ${rates.join(' or ')} Hz`}${maxKbps === null ? '' : `, up to ${maxKbps} kbps`}`
  const unusable = audio === null ? noticeOfMissing(notices, 'audio') : null
  if (unusable !== null) {
    const { sentence, tryFirst } = noticeWords(unusable)
    return check('audio', 'warn', {
      found: `no audio that outputs can carry. ${sentence}`,
      expected,
      fix: tryFirst ?? 'Check the audio settings of the encoder.',
    })
  }
  if (audio === null) {
    return check('audio', 'warn', {
      found: 'no audio',
      expected,
      fix: 'Add an audio track, even a silent one: some platforms refuse or hide a stream without audio.',
    })
  }
  const kbps = stats === null ? null : Math.round(stats.audioBps / 1000)
  const found = `${audio.codec} ${audio.sampleRate} Hz, ${audio.channels} ${audio.channels === 1 ? 'channel' : 'channels'}${kbps === null ? '' : `, ${kbps} kbps`}`
  if (rates !== null && !rates.includes(audio.sampleRate)) {
    return check('audio', 'warn', { found, expected, fix: `Set the encoder's sample rate to ${rates.join(' or ')} Hz.` })
  }
  if (maxKbps !== null && kbps !== null && kbps > maxKbps * tolerance) {
    return check('audio', 'warn', { found, expected, fix: `Set the encoder's audio bitrate to ${maxKbps} kbps or less.` })
  }
  return check('audio', 'pass', { found, expected })
}
