import type { ChannelStats, Output } from '@sluice/contract/api'
import { noticeOfMissing, noticesInForce, noticeWords } from '@sluice/contract/link'
import type { Sample } from '../../live/index.ts'
import { formatBitrate, formatFps } from '../../ui/format/index.ts'
import type { Input } from './input-look.ts'

type Stats = ChannelStats['inputs'][number]

/** Something about the incoming stream that will hurt: what is seen, and what to do first. `about` names the figure it speaks of. */
export type InputWarning = {
  readonly about: 'gop' | 'pace' | 'fps' | 'audio' | 'video' | 'codec' | 'bitrate' | 'gap' | 'clock' | 'notice'
  readonly text: string
  readonly firstTry: string
}

const platformGopMs = 2000
/** An encoder set to 2 s never keeps it to the millisecond. */
const gopToleranceMs = 500
const fpsShortfall = 0.9
const maxGapMs = 1000
const recentSamples = 4
const paceSamples = 15
const paceShortfall = 0.93
/** Frames a second of AAC (1024 samples a frame) and of Opus as encoders send it (20 ms a frame). */
const audioFps = { aac: (sampleRate: number) => sampleRate / 1024, opus: () => 50 }
const usualSamples = 60
const collapse = 0.5
const capTolerance = 1.1

/** All that is wrong with an input right now, worst first. [OBS-02] */
export function inputWarnings(
  input: Input,
  stats: Stats | undefined,
  history: readonly Sample[],
  outputs: readonly Output[],
): InputWarning[] {
  const actual = input.actual
  if (actual?.state === 'connected') return noticeWarnings(actual)
  if (actual?.state !== 'receiving' || stats === undefined) return []
  return [
    gapWarning(history),
    collapseWarning(history),
    paceWarning(actual, stats, history),
    fpsWarning(actual.video?.declaredFps ?? null, stats),
    gopWarning(stats.gopMs),
    audioWarning(actual),
    codecWarning(actual.video?.codec),
    actual.onAir ? capWarning(history, outputs) : null,
    clockWarning(stats),
    ...noticeWarnings(actual),
  ].filter((warning) => warning !== null)
}

/** What the input leaves out and should not; the sentence about missing sound or picture stands with its figure. */
function noticeWarnings(actual: NonNullable<Input['actual']>): InputWarning[] {
  const told = actual.state === 'receiving' ? missingNotice(actual) : null
  return noticesInForce(actual.notices).flatMap((notice) => {
    const { sentence, tryFirst } = noticeWords(notice)
    return tryFirst === null || notice === told ? [] : [{ about: 'notice', text: sentence, firstTry: tryFirst }]
  })
}

function missingNotice({ video, audio, notices }: NonNullable<Input['actual']>) {
  return video === null ? noticeOfMissing(notices, 'video') : audio === null ? noticeOfMissing(notices, 'audio') : null
}

/** What is left out and does no harm, a sentence each. */
export const inputNotes = (input: Input): string[] =>
  noticesInForce(input.actual?.notices).flatMap((notice) => {
    const { sentence, tryFirst } = noticeWords(notice)
    return tryFirst === null ? [sentence] : []
  })

function gapWarning(history: readonly Sample[]): InputWarning | null {
  const gapMs = Math.max(0, ...history.slice(-recentSamples).map((sample) => sample.maxGapMs))
  if (gapMs <= maxGapMs) return null
  return {
    about: 'gap',
    text: `No frames for ${(gapMs / 1000).toFixed(1)} s. The problem is upstream of Sluice: the encoder or its connection.`,
    firstTry: 'Lower the bitrate in the encoder, or use a wired connection.',
  }
}

function collapseWarning(history: readonly Sample[]): InputWarning | null {
  if (history.length < recentSamples * 3) return null
  const usual = median(history.slice(-usualSamples, -recentSamples).map((sample) => sample.bitrateBps))
  const now = median(history.slice(-recentSamples).map((sample) => sample.bitrateBps))
  if (usual === 0 || now >= usual * collapse) return null
  return {
    about: 'bitrate',
    text: `Bitrate fell from ${formatBitrate(usual)} to ${formatBitrate(now)}. The problem is upstream of Sluice: the encoder or its connection.`,
    firstTry: "Check the encoder's dropped frames and lower its bitrate.",
  }
}

/** By its own timestamps a stream can look whole and still come too slowly: frames counted against the clock tell. */
function paceWarning(actual: NonNullable<Input['actual']>, stats: Stats, history: readonly Sample[]): InputWarning | null {
  const first = history.at(-paceSamples)
  const last = history.at(-1)
  const { audio, otherTracks } = actual
  const ofAudio =
    audio === null ? 0 : audio.codec === 'aac' ? audioFps.aac(audio.sampleRate) : audio.codec === 'opus' ? audioFps.opus() : null
  if (first === undefined || last === undefined || ofAudio === null || stats.fps === 0 || otherTracks.length > 0) return null
  const seconds = (last.atMs - first.atMs) / 1000
  const pace = (last.framesTotal - first.framesTotal) / seconds / (stats.fps + ofAudio)
  if (!(pace >= 0 && pace < paceShortfall)) return null
  return {
    about: 'pace',
    text: `Media arrives at ${Math.floor(pace * 100)}% of real time: viewers will see it stop. The problem is upstream of Sluice.`,
    firstTry: 'The encoder or its connection is too slow. Lower its resolution, frame rate or bitrate.',
  }
}

function fpsWarning(declared: number | null, stats: Stats): InputWarning | null {
  if (declared === null || stats.sessionMs < 5000 || stats.fps === 0 || stats.fps >= declared * fpsShortfall) return null
  return {
    about: 'fps',
    text: `The encoder announces ${formatFps(declared)} fps, but ${formatFps(stats.fps)} fps arrive.`,
    firstTry: 'The encoder may be overloaded. Close other programs, or use a hardware encoder.',
  }
}

function gopWarning(gopMs: number | null): InputWarning | null {
  if (gopMs === null || gopMs <= platformGopMs + gopToleranceMs) return null
  return {
    about: 'gop',
    text: `Keyframe interval is ${(gopMs / 1000).toFixed(1)} s. Platforms expect 2 s, and playback takes longer to start.`,
    firstTry: 'In OBS, set Settings, Output, Keyframe Interval to 2 s.',
  }
}

function audioWarning(actual: NonNullable<Input['actual']>): InputWarning | null {
  const notice = missingNotice(actual)
  if (notice !== null) {
    const { sentence, tryFirst } = noticeWords(notice)
    return {
      about: actual.video === null ? 'video' : 'audio',
      text: sentence,
      firstTry: tryFirst ?? 'Check the settings of the encoder.',
    }
  }
  if (actual.video === null)
    return { about: 'video', text: 'Audio arrives, but no video.', firstTry: 'Check that the encoder sends video.' }
  if (actual.audio !== null) return null
  return {
    about: 'audio',
    text: 'No audio track. YouTube and Facebook reject streams without one.',
    firstTry: 'Add an audio source in the encoder, even a silent one.',
  }
}

function codecWarning(codec: string | undefined): InputWarning | null {
  if (codec === undefined || codec === 'h264') return null
  return {
    about: 'codec',
    text: `The video is ${codec.toUpperCase()}. Many platforms accept only H.264.`,
    firstTry: 'Set the encoder to H.264 (x264, NVENC H.264).',
  }
}

function capWarning(history: readonly Sample[], outputs: readonly Output[]): InputWarning | null {
  const usual = median(history.slice(-usualSamples).map((sample) => sample.bitrateBps))
  const running = outputs.filter((output) => output.desired === 'running')
  const tightest = running.toSorted((a, b) => a.effective.maxVideoKbps - b.effective.maxVideoKbps)[0]
  if (tightest === undefined) return null
  const capBps = tightest.effective.maxVideoKbps * 1000
  if (usual <= capBps * capTolerance) return null
  const whose = tightest.limits.maxVideoKbps === undefined ? `class ${tightest.class}, used by ${tightest.name}` : `output ${tightest.name}`
  return {
    about: 'bitrate',
    text: `The source sends ${formatBitrate(usual)}, more than the ${formatBitrate(capBps)} of ${whose}.`,
    firstTry:
      tightest.limits.maxVideoKbps === undefined
        ? 'Lower the bitrate in the encoder, or move that output to another class if the platform accepts more.'
        : 'Lower the bitrate in the encoder, or raise the limit of that output if the platform accepts more.',
  }
}

function clockWarning(stats: Stats): InputWarning | null {
  if (stats.timestampJumpsTotal === 0) return null
  const times = stats.timestampJumpsTotal === 1 ? 'once' : `${stats.timestampJumpsTotal} times`
  return {
    about: 'clock',
    text: `The encoder's timestamps jumped ${times}. Sluice corrected them.`,
    firstTry: 'If it happens again, restart the encoder.',
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
