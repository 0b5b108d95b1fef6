/** The bytes of an IP address: 4 or 16 of them. */
export type IpBytes = readonly number[]

const maxAddressChars = 100

/**
 * Reads a literal address: IPv4 in four decimal parts, or IPv6 in any of its spellings, brackets and zone allowed. Null: it is
 * none. Other spellings of IPv4 (`0x7f.1`) are names here, and judged as what they lead to.
 */
export function parseIpAddress(text: string): IpBytes | null {
  if (text.length > maxAddressChars) return null
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  return bare.includes(':') ? parseIpv6(bare) : parseIpv4(bare)
}

function parseIpv4(text: string): number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return null
  return parts.map(Number)
}

/** Spec: RFC 4291 §2.2 */
function parseIpv6(text: string): number[] | null {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return null
  const left = parseGroups(head)
  const right = tail === undefined ? [] : parseGroups(tail)
  if (left === null || right === null) return null
  const missing = 16 - left.length - right.length
  // `::` stands for one group at least.
  if (tail === undefined ? missing !== 0 : missing < 2) return null
  return [...left, ...new Array<number>(missing).fill(0), ...right]
}

/** Groups of four hex digits as bytes; the last may be a dotted IPv4 address. */
function parseGroups(text: string): number[] | null {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [i, group] of groups.entries()) {
    const dotted = i === groups.length - 1 && group.includes('.') ? parseIpv4(group) : null
    if (dotted !== null) bytes.push(...dotted)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255)
    else return null
  }
  return bytes
}
