import { WireError } from '@sluice/base/errors'

/** One line that says something: a tag (`name` with its `#`, `value` behind the colon) or a URI. */
export type PlaylistLine =
  | { readonly type: 'tag'; readonly name: string; readonly value: string }
  | { readonly type: 'uri'; readonly uri: string }

const maxLines = 200_000

/** The lines of a playlist without comments and empty ones. Throws WireError when it does not start with `#EXTM3U`. Spec: RFC 8216 §4.1 */
export function parseLines(text: string): PlaylistLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines[0]?.trim() !== '#EXTM3U') throw new WireError('M3U8_SYNTAX', 0, 'the playlist does not start with #EXTM3U')
  if (lines.length > maxLines) throw new WireError('M3U8_SYNTAX', 0, `playlist of ${lines.length} lines, at most ${maxLines} are read`)
  return lines.slice(1).flatMap((line): PlaylistLine[] => {
    const trimmed = line.trim()
    if (trimmed === '') return []
    if (!trimmed.startsWith('#')) return [{ type: 'uri', uri: trimmed }]
    if (!trimmed.startsWith('#EXT')) return []
    const colon = trimmed.indexOf(':')
    const name = colon < 0 ? trimmed : trimmed.slice(0, colon)
    return [{ type: 'tag', name, value: colon < 0 ? '' : trimmed.slice(colon + 1) }]
  })
}

/** A decimal number. Throws WireError when `text` is none or below 0. Spec: RFC 8216 §4.2 */
export function parseNumber(text: string | undefined, what: string): number {
  const match = /^\s*(\d+(?:\.\d*)?)/.exec(text ?? '')
  if (match === null) throw new WireError('M3U8_SYNTAX', 0, `${what} is "${(text ?? '').slice(0, 40)}", a number expected`)
  return Number(match[1])
}
