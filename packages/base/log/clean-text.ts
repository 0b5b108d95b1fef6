/** What a text of a peer may not bring into a log, an event or a page: control characters, and those that turn the writing direction. */
const unsafe = /[\p{Cc}\p{Surrogate}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu

const escapeChar = (char: string): string => `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`

/** A text as it may be shown and stored: at most `maxChars` (and a word that says what is left out), nothing in it but visible characters. */
export function cleanText(text: string, maxChars: number): string {
  const kept = text.length > maxChars ? text.slice(0, maxChars) : text
  const clean = kept.replace(unsafe, escapeChar)
  return text.length > maxChars ? `${clean}... (${text.length - maxChars} more characters)` : clean
}
