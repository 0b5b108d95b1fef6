// Unicode puts characters that nobody sees beside those that scripts and emoji need; which is which depends on what stands before.

/** Scripts whose spelling uses ZWJ and ZWNJ. Spec: Unicode 16 §23.2, UAX #31 §2.3 */
const joiningScripts = [
  ...['Arabic', 'Syriac', 'Mandaic', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu'],
  ...['Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan', 'Balinese', 'Javanese', 'Tai_Tham', 'Grantha', 'Brahmi'],
]
const joining = `[${joiningScripts.map((name) => `\\p{Script=${name}}`).join('')}]`
const emoji = '\\p{Extended_Pictographic}(?:\\uFE0F|\\p{Emoji_Modifier})?'

/** Invisible characters that are part of what is seen: only these spellings are let through. */
const legitimate = new RegExp(
  [
    // Family, professions, flags like the rainbow's. Spec: UTS #51 ED-16
    `${emoji}(?:\\u200D${emoji})+`,
    // England, Scotland, Wales: a black flag and letters in tags. Spec: UTS #51 ED-14a
    '\\u{1F3F4}[\\u{E0061}-\\u{E007A}\\u{E0030}-\\u{E0039}]{1,6}\\u{E007F}',
    // Emoji or text style, and keycaps.
    '(?:\\p{Extended_Pictographic}|[0-9#*])[\\uFE0E\\uFE0F]',
    // A variant of one Han character.
    '\\p{Script=Han}[\\uFE00-\\uFE0D\\u{E0100}-\\u{E01EF}]',
    '\\p{Script=Mongolian}[\\u180B-\\u180D\\u180F]',
    `(?<=${joining})[\\u200C\\u200D](?=${joining})`,
    // Malayalam and Sinhala end words with a virama and a ZWJ.
    `(?<=${joining}\\p{M}*\\p{Mn})\\u200D(?=[\\s\\p{P}]|$)`,
  ].join('|'),
  'gu',
)
/** Direction marks that word processors leave behind in Arabic and Hebrew: without effect on a name by itself, taken out. */
const directionMarks = /[\u061C\u200E\u200F]/gu
const invisible = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]/u
/** Something with ink of its own: no blank, no mark without a letter under it, and not the blank of Braille. */
const ink = /(?!\u2800)[\p{L}\p{N}\p{P}\p{S}]/u

/** One spelling for what looks alike: composed (NFC), without direction marks, without blanks around it. */
export const normalText = (text: string): string => text.normalize('NFC').replace(directionMarks, '').trim()

/** Why a text can't be shown as it is, to follow the field's name; null: it can. */
export function textProblem(text: string): string | null {
  const found = invisible.exec(text.replace(legitimate, ''))
  if (found !== null) return `has ${kindOf(found[0])} (${codePointName(found[0])}); remove it`
  return text !== '' && !ink.test(text) ? 'is blank: it needs a letter, a digit or a symbol' : null
}

function kindOf(character: string): string {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(character)) return 'a line break or control character'
  if (/\p{Bidi_Control}/u.test(character)) return 'a character that turns the writing direction'
  if (/\p{Cs}/u.test(character)) return 'half of a character'
  return 'an invisible character'
}

const codePointName = (character: string): string => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
