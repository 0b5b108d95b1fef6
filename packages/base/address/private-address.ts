import { type IpBytes, parseIpAddress } from './ip-address.ts'

/**
 * Addresses that are nobody's on the open net: what leads there may be aimed at the operator's own network.
 * Spec: IANA special-purpose address registries (RFC 6890, 6598, 3927, 4193, 4291, 5771, 8215)
 */
// biome-ignore format: one range a line
const privateRanges: readonly (readonly [start: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

const ranges = privateRanges.map(([start, bits]) => ({ start: parseIpAddress(start) ?? [], bits }))

/**
 * Whether a literal address is loopback, private, link-local, shared, multicast or otherwise not of the open net. IPv4 inside
 * IPv6 (mapped, compatible, NAT64, 6to4) is judged as that IPv4 address. False for what is no literal address.
 */
export function isPrivateAddress(address: string): boolean {
  const bytes = parseIpAddress(address)
  return bytes !== null && isPrivate(bytes)
}

/** Whether a host is a literal private address, or a name that always means this machine. Other names are judged by what they lead to. */
export function isPrivateHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare.endsWith('.localhost') || isPrivateAddress(bare)
}

function isPrivate(bytes: IpBytes): boolean {
  if (ranges.some(({ start, bits }) => start.length === bytes.length && startsAlike(start, bytes, bits))) return true
  const inner = bytes.length === 16 ? ipv4Inside(bytes) : null
  return inner !== null && isPrivate(inner)
}

function startsAlike(a: IpBytes, b: IpBytes, bits: number): boolean {
  const whole = bits >> 3
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false
  const rest = bits & 7
  return rest === 0 || (a[whole]! ^ b[whole]!) >> (8 - rest) === 0
}

/** Spec: RFC 4291 §2.5.5 (compatible, mapped), RFC 6052 §2.1 (NAT64), RFC 3056 §2 (6to4) */
function ipv4Inside(bytes: IpBytes): IpBytes | null {
  const starts = (...prefix: number[]): boolean => prefix.every((byte, i) => bytes[i] === byte)
  if (starts(0x20, 0x02)) return bytes.slice(2, 6)
  const zeros = (count: number): number[] => new Array<number>(count).fill(0)
  const isMapped = starts(...zeros(10), 0xff, 0xff)
  return isMapped || starts(...zeros(12)) || starts(0, 0x64, 0xff, 0x9b, ...zeros(8)) ? bytes.slice(12) : null
}
