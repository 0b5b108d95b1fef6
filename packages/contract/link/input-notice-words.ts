import type { InputNotice, NoticeCode } from './input-notice.ts'

/** `sentence` says what happens and what it means for the show; `tryFirst` what to do, null where nothing is to be done. */
export type NoticeWords = { readonly sentence: string; readonly tryFirst: string | null; readonly severity: 'info' | 'warning' }

type Draft = Pick<InputNotice, 'code' | 'media' | 'subject'>
type Form = (media: Draft['media'], subject: string) => NoticeWords

const warning = (sentence: string, tryFirst: string): NoticeWords => ({ sentence, tryFirst, severity: 'warning' })
const info = (sentence: string): NoticeWords => ({ sentence, tryFirst: null, severity: 'info' })
const of = (subject: string): string => (subject === '' ? '' : ` (${subject})`)
const goodCodec: Readonly<Record<string, string>> = { video: 'H.264', audio: 'AAC' }
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const forms: Readonly<Record<NoticeCode, Form>> = {
  'codec-not-carried': (media, subject) =>
    warning(
      `The encoder sends ${media} as ${subject || 'an unknown codec'}, which Sluice does not carry: it is left out.`,
      `Set the encoder's ${media} codec to ${goodCodec[media] ?? 'H.264 and AAC'}.`,
    ),
  'form-not-carried': (media, subject) =>
    warning(
      `The encoder sends ${media} in a form that Sluice does not carry${of(subject)}: it is left out.`,
      media === 'audio'
        ? 'Set the encoder to stereo AAC.'
        : `Set the encoder's ${media} to a plain form: ${goodCodec[media] ?? 'H.264 and AAC'}, not encrypted.`,
    ),
  'track-not-carried': (media, subject) =>
    warning(
      `${media === 'stream' ? 'Part of the stream' : `A ${media} track`} is left out${of(subject)}.`,
      'Check that it is not the part that the show needs; else send that one alone.',
    ),
  'data-not-carried': (_media, subject) => info(`The encoder sends data that is not passed on${of(subject)}.`),
  'container-unknown': (_media, subject) =>
    warning(
      `What the encoder sends can't be read${of(subject)}: nothing of it reaches the show.`,
      'Set the encoder to MPEG-TS for SRT, and to RTMP for an rtmp:// address.',
    ),
  'config-missing': (media, subject) =>
    warning(
      `The encoder sends ${media}${of(subject)} without its decoder configuration, so nobody can play it: it is left out.`,
      'Restart the stream in the encoder. If it happens again, update the encoder or use another protocol.',
    ),
  'config-recovered': (media, subject) =>
    info(`The encoder sends no ${media} configuration of its own${of(subject)}; Sluice takes it from the media.`),
  'broken-left-out': (media, subject) =>
    warning(
      `Broken ${media === 'stream' ? 'data' : media} came from the encoder and is left out${of(subject)}; the rest goes on.`,
      'If it goes on, restart the encoder, then check the line to it.',
    ),
  'empty-left-out': (media) => info(`The encoder sends empty ${media} messages, as some do at a mute; they are left out.`),
  'pictures-joined': (_media, subject) => info(`The encoder sends its pictures in pieces${of(subject)}; Sluice joins them.`),
  'order-restored': (media, subject) => info(`The encoder's ${media} came out of order${of(subject)} and was put right.`),
  'order-unclear': (media, subject) =>
    warning(
      `The order of the encoder's ${media} is not clear${of(subject)}; it is passed on as it came and may stutter.`,
      'Set the encoder to no B-frames, or update it.',
    ),
  'time-stands-still': (media) =>
    warning(
      `${capital(media)} arrives and its timestamps stand still: viewers may see it stop.`,
      'Restart the encoder: its clock does not run.',
    ),
  'over-bitrate-limit': (_media, subject) =>
    warning(`The input sends more than its limit${of(subject)}; what is over it is left out.`, 'Lower the bitrate in the encoder.'),
  'key-frame-missing': (_media, subject) =>
    warning(
      `The encoder sends video without key frames${of(subject)}: outputs and viewers that join wait for one.`,
      "Set the encoder's keyframe interval to 2 s.",
    ),
  'not-playable': (media, subject) =>
    warning(
      `Browsers can't play this ${media}${of(subject)}; outputs still get it.`,
      `Set the encoder's ${media} codec to ${goodCodec[media] ?? 'H.264 and AAC'} if viewers use the player page.`,
    ),
  more: () => info('More of the stream is left out than this list has room for.'),
}

/** One notice as people read it. The one place where its sentences are formed. */
export const noticeWords = ({ code, media, subject }: Draft): NoticeWords => forms[code](media, subject)

const keepsOut: readonly NoticeCode[] = [
  'codec-not-carried',
  'form-not-carried',
  'config-missing',
  'container-unknown',
  'broken-left-out',
  'empty-left-out',
]

/** What keeps media of this kind out of the show: what is seen now before what was seen earlier, then the worst. Null: nothing is known to. */
export function noticeOfMissing(notices: readonly InputNotice[] | undefined, media: 'video' | 'audio'): InputNotice | null {
  const about = (notices ?? []).filter((one) => keepsOut.includes(one.code) && (one.media === media || one.media === 'stream'))
  const rank = (one: InputNotice): number => keepsOut.indexOf(one.code) + (one.isCurrent ? 0 : keepsOut.length)
  return about.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
}

const lasting: readonly NoticeCode[] = [...keepsOut.slice(0, 4), 'track-not-carried', 'data-not-carried']

/** What still holds of a list: seen of late, or left out for as long as the stream is what it is. Warnings first. */
export function noticesInForce(notices: readonly InputNotice[] | undefined): InputNotice[] {
  const rank = (one: InputNotice): number => (noticeWords(one).severity === 'warning' ? 0 : 1)
  return (notices ?? []).filter((one) => one.isCurrent || lasting.includes(one.code)).toSorted((a, b) => rank(a) - rank(b))
}
