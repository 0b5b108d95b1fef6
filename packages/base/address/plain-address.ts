import { parseIpAddress } from './ip-address.ts'

/**
 * An address as people write it: IPv4 that came in by an IPv6 socket (`::ffff:192.0.2.1`) as IPv4. Anything else is left as it is.
 * Spec: RFC 4291 §2.5.5.2
 */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address
  const bytes = parseIpAddress(address)
  return bytes !== null && isMapped(bytes) ? bytes.slice(12).join('.') : address
}

/**
 * Who counts as one when connections, refusals or tries are counted: an IPv4 address, or the /64 of an IPv6 address, since whoever has
 * one address of a /64 has them all. What is no address (a local socket) is a group by its own name.
 */
export function addressGroup(address: string): string {
  const bytes = parseIpAddress(address)
  if (bytes === null) return address
  if (bytes.length === 4) return bytes.join('.')
  if (isMapped(bytes)) return bytes.slice(12).join('.')
  const groups = [0, 2, 4, 6].map((at) => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16))
  return `${groups.join(':')}::/64`
}

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.length === 16 && bytes[10] === 0xff && bytes[11] === 0xff && bytes.slice(0, 10).every((byte) => byte === 0)
