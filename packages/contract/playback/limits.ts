import { codecName } from '@sluice/base/words'
import type { ChannelActual, PlaybackLimit } from '../link/index.ts'

/** What playback leaves out or not every browser plays, in words. `mimeType`: for a browser to ask itself; null: nobody gets it. */
export type LimitWords = {
  readonly kind: PlaybackLimit['kind']
  readonly mimeType: string | null
  /** For operators: what happens and what it means. */
  readonly text: string
  /** What to do first. */
  readonly fix: string
  readonly forViewers: string
}

/** Who lacks a codec that others play. */
const lackedBy: Readonly<Record<string, string>> = {
  h265: 'Firefox, and Chrome without a hardware decoder, show no picture.',
  av1: 'Safari on devices without an AV1 decoder shows no picture.',
  vp9: 'Older versions of Safari show no picture.',
  opus: 'Safari and other Apple players may not play it at all.',
  flac: 'Older versions of Safari may not play it at all.',
}

/** The limits of a channel's playback in words, those that cost most first. */
export function playbackLimits(actual: Pick<ChannelActual, 'playback'> | null): LimitWords[] {
  const { leftOut = [], limited = [] } = actual?.playback ?? {}
  return [...leftOut.map(leftOutWords), ...limited.map(limitedWords)]
}

/** The limits in words for operators. */
export function playbackNotices(actual: Pick<ChannelActual, 'playback'> | null): string[] {
  const { longGopMs } = actual?.playback ?? {}
  const gop = longGopMs === undefined ? [] : [longGop(longGopMs)]
  return [...playbackLimits(actual).map(({ text }) => text), ...gop]
}

const longGop = (ms: number): string =>
  `The keyframe interval is ${(ms / 1000).toFixed(1)} s, longer than a segment of the player page: viewers start and change quality later. Set the encoder to 2 s.`

function leftOutWords(limit: PlaybackLimit): LimitWords {
  const { kind, codec, why } = limit
  const name = codecName(codec)
  const [part, lack] = kind === 'audio' ? ['audio', 'no sound'] : ['video', 'no picture']
  const words = {
    packaged: [`the ${name} configuration of the source is damaged`, 'Restart the encoder. If this comes back, set it to H.264 and AAC.'],
    layout: [`browsers can't play ${name} in the channel layout of this source`, `Set the encoder to ${name} in stereo or plain 5.1.`],
    browsers: [`browsers can't play ${name} ${part} in HLS`, `Set the encoder to ${usual(kind)}.`],
  } as const
  const [cause, fix] = words[why === 'some-browsers' ? 'browsers' : why]
  const what = why === 'layout' ? 'its channel layout' : name
  return {
    kind,
    mimeType: null,
    text: `The player page has ${lack}: ${cause}. Outputs still get it.`,
    fix,
    forViewers: kind === 'audio' ? `No sound here: browsers can't play ${what}.` : `No picture here: browsers can't play ${what}.`,
  }
}

function limitedWords({ kind, codec, codecString }: PlaybackLimit): LimitWords {
  const name = codecName(codec)
  return {
    kind,
    mimeType: `${kind}/mp4; codecs="${codecString}"`,
    text: `Not every browser plays the ${name} ${kind} of this channel. ${lackedBy[codec] ?? ''}`.trim(),
    fix: `Set the encoder to ${usual(kind)} to reach every viewer.`,
    forViewers: `The stream is in ${name}, which this browser lacks. Try another browser or device.`,
  }
}

const usual = (kind: PlaybackLimit['kind']): string => (kind === 'audio' ? 'AAC audio' : 'H.264 video')
