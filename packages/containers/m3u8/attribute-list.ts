/** Attribute values by name, quotes taken off. Spec: RFC 8216 §4.2 */
export type Attributes = ReadonlyMap<string, string>

/** More than any tag has; RFC 8216 knows of two dozen. */
const maxAttributes = 64

/** Reads `A=1,B="x,y"`. What has no `=` is passed over; a quote that never closes runs to the end. Spec: RFC 8216 §4.2 */
export function parseAttributes(text: string): Attributes {
  const attributes = new Map<string, string>()
  for (let at = 0; at < text.length && attributes.size < maxAttributes; ) {
    const equals = text.indexOf('=', at)
    if (equals < 0) break
    const name = text.slice(at, equals).trim()
    const isQuoted = text[equals + 1] === '"'
    const from = equals + (isQuoted ? 2 : 1)
    const close = text.indexOf(isQuoted ? '"' : ',', from)
    const end = close < 0 ? text.length : close
    attributes.set(name, isQuoted ? text.slice(from, end) : text.slice(from, end).trim())
    const comma = text.indexOf(',', end)
    at = comma < 0 ? text.length : comma + 1
  }
  return attributes
}

/** A quoted-string. Line breaks and quotes can't stand in one and are left out. Spec: RFC 8216 §4.2 */
export const quote = (text: string): string => `"${text.replace(/["\r\n]/g, '')}"`

/** `NAME=value` pairs joined; pairs whose value is undefined are left out. */
export const formatAttributes = (pairs: readonly (readonly [name: string, value: string | number | undefined])[]): string =>
  pairs
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
