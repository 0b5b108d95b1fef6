import { type IpBytes, parseIpAddress } from './ip-address.ts'

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/** The IPv4 address that these bytes are, also where IPv6 carries it (`::ffff:192.0.2.1`); null: it is IPv6. Spec: RFC 4291 §2.5.5.2 */
export function ipv4Of(bytes: IpBytes): IpBytes | null {
  if (bytes.length === 4) return bytes
  return mappedPrefix.every((byte, i) => bytes[i] === byte) ? bytes.slice(12) : null
}

/**
 * Whom an address stands for when callers are counted: an IPv4 address itself, of IPv6 the /64, which one customer has whole. What is no
 * address comes back as it is. Spec: RFC 6177 §2, RFC 4291 §2.5.1
 */
export function networkOf(address: string): string {
  const bytes = parseIpAddress(address)
  if (bytes === null) return address
  const v4 = ipv4Of(bytes)
  if (v4 !== null) return v4.join('.')
  const groups = [0, 2, 4, 6].map((at) => ((bytes[at]! << 8) | bytes[at + 1]!).toString(16))
  return `${groups.join(':')}::/64`
}
