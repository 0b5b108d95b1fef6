import { type IpBytes, parseIpAddress } from './ip-address.ts'

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/** The IPv4 address that these bytes are, also where IPv6 carries it (`::ffff:192.0.2.1`); null: it is IPv6. Spec: RFC 4291 §2.5.5.2 */
export function ipv4Of(bytes: IpBytes): IpBytes | null {
  if (bytes.length === 4) return bytes
  return mappedPrefix.every((byte, i) => bytes[i] === byte) ? bytes.slice(12) : null
}

/**
 * An address as people write it: IPv4 that came in by an IPv6 socket (`::ffff:192.0.2.1`) as IPv4. Anything else is left as it is.
 * Spec: RFC 4291 §2.5.5.2
 */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address
  const bytes = parseIpAddress(address)
  const v4 = bytes === null ? null : ipv4Of(bytes)
  return v4 === null ? address : v4.join('.')
}

/**
 * Who counts as one when connections, refusals or tries are counted: an IPv4 address, or the /64 of an IPv6 address, since whoever has
 * one address of a /64 has them all. What is no address (a local socket) is a group by its own name. Spec: RFC 6177 §2, RFC 4291 §2.5.1
 */
export function addressGroup(address: string): string {
  const bytes = parseIpAddress(address)
  if (bytes === null) return address
  const v4 = ipv4Of(bytes)
  if (v4 !== null) return v4.join('.')
  const groups = [0, 2, 4, 6].map((at) => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16))
  return `${groups.join(':')}::/64`
}
