import type { VerdictLevel, VideoLimitOwner } from '@sluice/contract/api'
import { type InputActual, type InputNotice, type InputStats, noticeOfMissing, noticesInForce, noticeWords } from '@sluice/contract/link'
import type { OutputClass } from '@sluice/contract/policy'
import { levelOf } from './limit.ts'
import type { Limits } from './limits.ts'
import type { Judged } from './verdict.ts'

/** Figures of the last minutes that one second alone does not tell; null: not enough was seen. */
export type SourceWindow = {
  /** Median of the last minute, and of the last four seconds. */
  readonly usualBps: number | null
  readonly nowBps: number | null
  readonly videoBps: number | null
  readonly audioBps: number | null
  /** Frames that came per second of the clock, all tracks. */
  readonly framesPerSecond: number | null
  readonly clockJumps: number
  /** Audio channels before they changed in this session; null: they did not. */
  readonly channelsBefore: number | null
}

/** The lowest bitrate limit among the outputs that run, and whose it is. */
export type SourceCap = { readonly kbps: number; readonly output: string; readonly class: OutputClass; readonly from: VideoLimitOwner }

export type SourceFacts = {
  readonly actual: Pick<InputActual, 'state' | 'video' | 'audio' | 'otherTracks' | 'notices'>
  readonly stats: Pick<InputStats, 'fps' | 'gopMs' | 'keyframes' | 'sessionMs' | 'content'>
  readonly window: SourceWindow
  /** Null: nothing of it goes out. */
  readonly cap: SourceCap | null
}

/** A frame rate needs so long to settle. */
const settledMs = 5000
/** Distances between key frames that say whether they come evenly. */
const enoughKeyframes = 4
/** A video frame rate is 30 also at 29.97, and where one frame is late. */
const thirty = { min: 29, max: 31 } as const
/** Frames a second of AAC (1024 samples a frame) and of Opus as encoders send it (20 ms a frame). */
const audioFps: Readonly<Record<string, (sampleRate: number) => number>> = { aac: (rate) => rate / 1024, opus: () => 50 }

const warnIf = (isWrong: boolean): VerdictLevel => (isWrong ? 'warn' : 'ok')
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 1)

/** Everything that can be said of the media of one input, what hurts most first. Pure. [OBS-02] [ING-10] [POL-08] [POL-09] [POL-10] */
export function judgeSource(facts: SourceFacts, limits: Limits): Judged[] {
  const { state } = facts.actual
  if (state === 'connected') return notices(facts.actual, null)
  if (state !== 'receiving') return []
  return [
    ...missing(facts),
    ...content(facts),
    ...bitrate(facts, limits),
    ...pace(facts, limits),
    ...frameRate(facts, limits),
    ...keyframes(facts, limits),
    ...notices(facts.actual, missingNotice(facts.actual)),
    ...clock(facts, limits),
    ...profile(facts, limits),
  ]
}

function missing({ actual }: SourceFacts): Judged[] {
  const notice = missingNotice(actual)
  const figures = notice === null ? {} : noticeFigures(notice)
  return [
    { subject: 'source', code: 'no-video', level: warnIf(actual.video === null), figures },
    { subject: 'source', code: 'no-audio', level: warnIf(actual.video !== null && actual.audio === null), figures },
  ]
}

function missingNotice({ video, audio, notices: list }: SourceFacts['actual']): InputNotice | null {
  return video === null ? noticeOfMissing(list, 'video') : audio === null ? noticeOfMissing(list, 'audio') : null
}

const noticeFigures = ({ code, media, subject }: InputNotice) => ({ notice: code, media, about: subject })

/** What the input leaves out or changes and should not. Without key frames nobody who joins sees anything. */
function notices(actual: SourceFacts['actual'], told: InputNotice | null): Judged[] {
  return noticesInForce(actual.notices).flatMap((notice): Judged[] => {
    if (notice === told || noticeWords(notice).tryFirst === null) return []
    const level = notice.code === 'key-frame-missing' ? 'bad' : 'warn'
    return [{ subject: 'source', code: 'notice', level, figures: noticeFigures(notice) }]
  })
}

function content({ stats }: SourceFacts): Judged[] {
  const fault = stats.content?.fault ?? null
  return [
    { subject: 'source', code: 'picture-black', level: warnIf(fault === 'black'), figures: {} },
    { subject: 'source', code: 'picture-frozen', level: warnIf(fault === 'frozen'), figures: {} },
    { subject: 'source', code: 'sound-silent', level: warnIf(fault === 'audio-silent'), figures: {} },
  ]
}

function bitrate({ window: { usualBps, nowBps } }: SourceFacts, limits: Limits): Judged[] {
  if (usualBps === null || nowBps === null || usualBps === 0) return []
  const level = levelOf(limits.bitrateDrop, share(nowBps, usualBps))
  return [{ subject: 'source', code: 'bitrate-drop', level, figures: { nowBps, usualBps } }]
}

/** By its own timestamps a stream can look whole and still come too slowly: frames counted against the clock tell. */
function pace({ actual: { audio, otherTracks }, stats: { fps }, window }: SourceFacts, limits: Limits): Judged[] {
  const ofAudio = audio === null ? 0 : (audioFps[audio.codec]?.(audio.sampleRate) ?? null)
  const { framesPerSecond } = window
  if (framesPerSecond === null || ofAudio === null || fps === 0 || otherTracks.length > 0) return []
  const paceShare = framesPerSecond / (fps + ofAudio)
  return [{ subject: 'source', code: 'pace', level: levelOf(limits.pace, paceShare), figures: { paceShare } }]
}

function frameRate({ actual: { video }, stats: { fps, sessionMs } }: SourceFacts, limits: Limits): Judged[] {
  if (video === null || sessionMs < settledMs || fps === 0) return []
  const { declaredFps } = video
  if (declaredFps === null) return [{ subject: 'source', code: 'frame-rate', level: levelOf(limits.slowFrames, fps), figures: { fps } }]
  const level = levelOf(limits.frameRate, share(fps, declaredFps))
  return [{ subject: 'source', code: 'frame-rate', level, figures: { fps, declaredFps } }]
}

function keyframes({ stats: { gopMs } }: SourceFacts, limits: Limits): Judged[] {
  if (gopMs === null) return []
  const level = levelOf(limits.keyframeDistance, gopMs)
  return [{ subject: 'source', code: 'keyframe-distance', level, figures: { gopMs, wantedMs: limits.gopMs } }]
}

function clock({ actual: { audio }, window: { clockJumps, channelsBefore } }: SourceFacts, limits: Limits): Judged[] {
  const channels = audio?.channels ?? 0
  const hasMoved = audio !== null && channelsBefore !== null && channelsBefore !== channels
  return [
    { subject: 'source', code: 'clock-jump', level: levelOf(limits.clockJumps, clockJumps), figures: { jumps: clockJumps } },
    {
      subject: 'source',
      code: 'audio-mapping',
      level: warnIf(hasMoved),
      figures: { channels, channelsBefore: channelsBefore ?? channels },
    },
  ]
}

/** The recommended form of a source that goes out as it comes in. */
function profile(facts: SourceFacts, limits: Limits): Judged[] {
  return [
    ...keyframeRhythm(facts, limits),
    ...overCap(facts, limits),
    ...bitrateRange(facts, limits),
    ...codecs(facts),
    ...sound(facts, limits),
  ]
}

function keyframeRhythm({ stats }: SourceFacts, limits: Limits): Judged[] {
  const { count, minMs, maxMs } = stats.keyframes ?? { count: 0, minMs: 0, maxMs: 0 }
  if (count < enoughKeyframes) return []
  const figures = { shortestMs: minMs, longestMs: maxMs }
  const regularity = share(minMs, maxMs)
  const burst = levelOf(limits.keyframeBurst, regularity)
  if (burst !== 'ok') return [{ subject: 'source', code: 'keyframe-burst', level: burst, figures }]
  return [{ subject: 'source', code: 'keyframe-irregular', level: levelOf(limits.keyframeRegularity, regularity), figures }]
}

function overCap({ window: { videoBps }, cap }: SourceFacts, limits: Limits): Judged[] {
  if (videoBps === null || cap === null) return []
  const limitBps = cap.kbps * 1000
  const figures = { videoBps, limitBps, class: cap.class, output: cap.output, limitFrom: cap.from }
  return [{ subject: 'source', code: 'bitrate-over', level: levelOf(limits.overCap, share(videoBps, limitBps)), figures }]
}

/** Only 1080p30 has a recommended range. */
function bitrateRange({ actual: { video }, stats: { fps }, window: { videoBps } }: SourceFacts, limits: Limits): Judged[] {
  if (video === null || videoBps === null || !is1080p30(video, fps)) return []
  const figures = { videoBps, fromBps: limits.videoLow.warn * 1000, toBps: limits.videoHigh.warn * 1000 }
  return [
    { subject: 'source', code: 'bitrate-low', level: levelOf(limits.videoLow, videoBps / 1000), figures },
    { subject: 'source', code: 'bitrate-high', level: levelOf(limits.videoHigh, videoBps / 1000), figures },
  ]
}

const is1080p30 = ({ width, height }: { width: number; height: number }, fps: number): boolean =>
  Math.max(width, height) === 1920 && Math.min(width, height) === 1080 && fps >= thirty.min && fps <= thirty.max

function codecs({ actual: { video, audio } }: SourceFacts): Judged[] {
  const isPlain = (codec: string | undefined, usual: string): VerdictLevel => warnIf(codec !== undefined && codec !== usual)
  return [
    { subject: 'source', code: 'video-codec', level: isPlain(video?.codec, 'h264'), figures: { codec: video?.codec ?? '' } },
    { subject: 'source', code: 'audio-codec', level: isPlain(audio?.codec, 'aac'), figures: { codec: audio?.codec ?? '' } },
  ]
}

function sound({ actual: { audio }, window: { audioBps } }: SourceFacts, limits: Limits): Judged[] {
  if (audio?.codec !== 'aac' || audioBps === null) return []
  const figures = { audioBps, fromBps: 96_000, toBps: 128_000 }
  return [
    { subject: 'source', code: 'audio-low', level: levelOf(limits.audioLow, audioBps / 1000), figures },
    { subject: 'source', code: 'audio-high', level: levelOf(limits.audioHigh, audioBps / 1000), figures },
  ]
}
