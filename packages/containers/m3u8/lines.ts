import { WireError } from '@sluice/base/errors'

/**
 * One line that says something: a tag (`name` with its `#`, `value` behind the colon) or a URI. `at`: index in the text, which
 * is the byte too as long as the playlist is ASCII.
 */
export type PlaylistLine =
  | { readonly type: 'tag'; readonly at: number; readonly name: string; readonly value: string }
  | { readonly type: 'uri'; readonly at: number; readonly uri: string }

const maxSeconds = 86_400
const byteOrderMark = '\uFEFF'
/** A day of segments of 2 s has 90 000. */
const maxLines = 100_000

/** The lines of a playlist without comments and empty ones. Throws WireError when it does not start with `#EXTM3U`. Spec: RFC 8216 §4.1 */
export function parseLines(text: string): PlaylistLine[] {
  const lines: PlaylistLine[] = []
  let at = text.startsWith(byteOrderMark) ? 1 : 0
  const hasHeader = /^#EXTM3U[ \t]*(\r?\n|$)/.test(text.slice(at, at + 80))
  if (!hasHeader) throw new WireError('M3U8_SYNTAX', at, 'the playlist does not start with #EXTM3U')
  while (at < text.length) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const line = parseLine(text.slice(at, end).trim(), at)
    if (line !== null) lines.push(line)
    if (lines.length > maxLines) throw new WireError('M3U8_SYNTAX', at, `playlist of more than ${maxLines} lines`)
    at = end + 1
  }
  return lines
}

function parseLine(line: string, at: number): PlaylistLine | null {
  if (line === '') return null
  if (!line.startsWith('#')) return { type: 'uri', at, uri: line }
  if (!line.startsWith('#EXT')) return null
  const colon = line.indexOf(':')
  if (colon < 0) return { type: 'tag', at, name: line, value: '' }
  return { type: 'tag', at, name: line.slice(0, colon), value: line.slice(colon + 1) }
}

/** A decimal number of the line at `at`. Throws WireError when `text` is none or below 0. Spec: RFC 8216 §4.2 */
export function parseNumber(text: string | undefined, what: string, at: number): number {
  const match = /^\s*(\d{1,20}(?:\.\d*)?)(?!\d)/.exec(text ?? '')
  if (match === null) throw new WireError('M3U8_SYNTAX', at, `${what} is "${(text ?? '').slice(0, 40)}", a number expected`)
  return Number(match[1])
}

/** A duration in seconds of the line at `at`. Throws WireError above a day: no segment lasts so long, and what is waited for would never come. */
export function parseSeconds(text: string | undefined, what: string, at: number): number {
  const seconds = parseNumber(text, what, at)
  if (seconds > maxSeconds) throw new WireError('M3U8_SYNTAX', at, `${what} is ${seconds} s, at most ${maxSeconds} s expected`)
  return seconds
}

/** A count of bytes, or a number in a sequence. Throws WireError when it is no whole number below 2^53. */
export function parseWhole(text: string | undefined, what: string, at: number): number {
  const value = parseNumber(text, what, at)
  if (!Number.isSafeInteger(value)) throw new WireError('M3U8_SYNTAX', at, `${what} is ${value}, a whole number below 2^53 expected`)
  return value
}
