import type { InputNotice, NoticeCode } from './input-notice.ts'

/** `sentence` says what happens and what it means for the show; `tryFirst` what to do, null where nothing is to be done. */
export type NoticeWords = { readonly sentence: string; readonly tryFirst: string | null; readonly severity: 'info' | 'warning' }

type Draft = Pick<InputNotice, 'code' | 'media' | 'subject'>
type Form = (media: string, subject: string) => NoticeWords

const warning = (sentence: string, tryFirst: string): NoticeWords => ({ sentence, tryFirst, severity: 'warning' })
const info = (sentence: string): NoticeWords => ({ sentence, tryFirst: null, severity: 'info' })
const of = (subject: string): string => (subject === '' ? '' : ` (${subject})`)
const goodCodec: Readonly<Record<string, string>> = { video: 'H.264', audio: 'AAC' }

const forms: Readonly<Record<NoticeCode, Form>> = {
  'codec-not-carried': (media, subject) =>
    warning(
      `The encoder's ${media} is ${subject}, which Sluice does not carry: it is left out.`,
      `Set the encoder's ${media} to ${goodCodec[media] ?? 'H.264 and AAC'}.`,
    ),
  'form-not-carried': (media, subject) =>
    warning(`This form of ${media} is not carried: ${subject}. It is left out.`, `Choose another form of ${media} in the encoder.`),
  'track-not-carried': (media, subject) =>
    warning(`A ${media} track is left out: ${subject}.`, 'Send only the tracks that the show needs.'),
  'data-not-carried': (_media, subject) => info(`Data of the encoder is not passed on: ${subject}.`),
  'config-missing': (media, subject) =>
    warning(
      `The encoder sends ${media}${of(subject)} without its decoder configuration, so nobody can play it: it is left out.`,
      'Restart the stream in the encoder; if it happens again, update the encoder or choose another protocol.',
    ),
  'config-recovered': (media, subject) =>
    info(`The encoder sends no ${media} configuration${of(subject)}; Sluice takes it from the media.`),
  'broken-left-out': (media, subject) =>
    warning(
      `Broken ${media} from the encoder is left out${of(subject)}; the rest goes on.`,
      'Check the encoder and the line to it if this goes on.',
    ),
  'pictures-joined': (_media, subject) => info(`The encoder sends its pictures in pieces${of(subject)}; Sluice joins them.`),
  'order-restored': (media, subject) => info(`The encoder's ${media} came out of order${of(subject)} and was put right.`),
  'order-unclear': (media, subject) =>
    warning(
      `The order of the encoder's ${media} is not clear${of(subject)}; it is passed on as it came.`,
      'Set the encoder to no B-frames, or update it.',
    ),
  'time-stands-still': (media) =>
    warning(`The ${media} timestamps stand still while media arrives.`, 'Restart the encoder: its clock does not run.'),
  'over-bitrate-limit': (_media, subject) =>
    warning(`The input sends more than its limit${of(subject)}; what is over it is left out.`, 'Lower the bitrate in the encoder.'),
  'key-frame-missing': (_media, subject) =>
    warning(`Outputs and viewers wait for a key frame${of(subject)}.`, "Set the encoder's keyframe interval to 2 s."),
  'not-playable': (media, subject) =>
    warning(
      `Browsers can't play this ${media}${of(subject)}; outputs still get it.`,
      `Set the encoder's ${media} to ${goodCodec[media] ?? 'H.264 and AAC'} if viewers use the player page.`,
    ),
  more: () => info('Further parts of the stream are left out; the list shows the first ones.'),
}

/** One notice as people read it. The one place where its sentences are formed. */
export const noticeWords = ({ code, media, subject }: Draft): NoticeWords => forms[code](media, subject)
