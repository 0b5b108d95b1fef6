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
      `The encoder sends ${media} as ${subject || 'an unknown codec'}, which Sluice can't carry: it is left out of the show.`,
      `Set the encoder's ${media} codec to ${goodCodec[media] ?? 'H.264 and AAC'}.`,
    ),
  'form-not-carried': (media, subject) =>
    warning(
      `The encoder sends ${media} in a form that Sluice can't carry${of(subject)}: it is left out of the show.`,
      media === 'audio'
        ? 'Set the encoder to stereo AAC.'
        : `Set the encoder's ${media} to a plain form: ${goodCodec[media] ?? 'H.264 and AAC'}, not encrypted.`,
    ),
  'track-not-carried': (media, subject) =>
    warning(
      `${media === 'stream' ? 'Part of the stream' : `One track of ${media}`} is left out of the show${of(subject)}.`,
      'If the show needs it, send it as the only program or track.',
    ),
  'data-not-carried': (_media, subject) =>
    info(`The encoder sends data that Sluice does not pass on${of(subject)}. Picture and sound are not affected.`),
  'container-unknown': (_media, subject) =>
    warning(
      `Sluice can't read what the encoder sends${of(subject)}: none of it reaches the show.`,
      'Set the encoder to MPEG-TS for SRT, and to RTMP for an rtmp:// address.',
    ),
  'config-missing': (media, subject) =>
    warning(
      `The encoder sends ${media}${of(subject)} without its decoder configuration. Nothing can decode that, so it is left out of the show.`,
      'Restart the stream in the encoder. If this comes back, update the encoder or use another protocol.',
    ),
  'config-recovered': (media, subject) =>
    info(`The encoder sends no ${media} configuration${of(subject)}. Sluice reads it from the media; the show is not affected.`),
  'broken-left-out': (media, subject) =>
    warning(
      `Some ${media === 'stream' ? 'data' : media} from the encoder arrives broken and is left out${of(subject)}. Everything else is not affected.`,
      'If this continues, restart the encoder, then check its connection.',
    ),
  'empty-left-out': (media) => info(`The encoder sends empty ${media} messages, as some do when muted. Sluice leaves them out.`),
  'pictures-joined': (_media, subject) =>
    info(`The encoder sends its pictures in pieces${of(subject)}. Sluice joins them; the show is not affected.`),
  'order-restored': (media, subject) => info(`The encoder's ${media} arrives out of order${of(subject)}. Sluice restores the order.`),
  'order-unclear': (media, subject) =>
    warning(
      `Sluice can't tell the right order of the encoder's ${media}${of(subject)} and passes it on as it arrives: it may stutter.`,
      'Turn B-frames off in the encoder, or update it.',
    ),
  'time-stands-still': (media) =>
    warning(
      `${capital(media)} arrives, but its timestamps stand still: playback may freeze.`,
      'Restart the encoder: its clock has stopped.',
    ),
  'over-bitrate-limit': (_media, subject) =>
    warning(
      `The encoder sends more than the input's bitrate limit${of(subject)}. The excess is dropped, so the show breaks up.`,
      'Lower the bitrate in the encoder.',
    ),
  'key-frame-missing': (_media, subject) =>
    warning(
      `The encoder sends no key frames${of(subject)}: outputs and viewers that join now get no picture until the next one.`,
      "Set the encoder's keyframe interval to 2 s.",
    ),
  'gop-too-large': (_media, subject) =>
    warning(
      `The encoder's GOP is larger than Sluice keeps for those who join${of(subject)}: outputs and viewers that join now get no picture until the next key frame.`,
      "Set the encoder's keyframe interval to 2 s.",
    ),
  'too-large-left-out': (_media, subject) =>
    warning(
      `Part of the stream is larger than Sluice takes in one piece${of(subject)} and is left out: the show breaks up.`,
      'Set the source to segments of 2 to 6 s, or lower its bitrate.',
    ),
  'not-playable': (media, subject) =>
    warning(
      `Browsers can't play this ${media}${of(subject)}. Outputs still get it.`,
      `If viewers use the player page, set the encoder's ${media} codec to ${goodCodec[media] ?? 'H.264 and AAC'}.`,
    ),
  more: () => info('More is left out than this list can show.'),
}

/** One notice as people read it. The one place where its sentences are formed. */
export const noticeWords = ({ code, media, subject }: Draft): NoticeWords => forms[code](media, subject)

const keepsOut: readonly NoticeCode[] = [
  'codec-not-carried',
  'form-not-carried',
  'config-missing',
  'container-unknown',
  'broken-left-out',
  'too-large-left-out',
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
