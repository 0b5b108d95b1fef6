/**
 * A text from the server as it may be shown on a terminal: names, encoders and reasons come from other people, and control
 * characters in them could move the cursor or colour the screen.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be taken out
export const plain = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const isWide = /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\uff01-\uff60]/u

/** Columns that a text takes on a terminal; colour codes take none. */
export function columnsOf(text: string): number {
  let columns = 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colour codes begin with escape
  for (const { segment } of segmenter.segment(text.replace(/\x1b\[\d+m/g, ''))) columns += isWide.test(segment) ? 2 : 1
  return columns
}
