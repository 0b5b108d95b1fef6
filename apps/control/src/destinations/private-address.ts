import { BlockList, isIPv4, isIPv6 } from 'node:net'

const privateRanges = new BlockList()
// Spec: IANA special-purpose address registries (RFC 6890, 6598, 3927, 4193, 4291, 5771).
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv6')
}

/**
 * Whether a literal address, or a name that always means this machine, lies in a private, loopback, link-local or other special
 * range. IPv4 inside IPv6 (mapped, compatible, NAT64, 6to4) is judged as that IPv4 address. Other names are judged at connect.
 */
export function isPrivateTarget(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (isIPv4(bare)) return privateRanges.check(bare, 'ipv4')
  if (!isIPv6(bare)) return bare === 'localhost' || bare.endsWith('.localhost')
  const inner = ipv4Inside(bare)
  return privateRanges.check(bare, 'ipv6') || (inner !== null && privateRanges.check(inner, 'ipv4'))
}

function ipv4Inside(address: string): string | null {
  const groups = expandIpv6(address)
  const dotted = (high: number, low: number): string => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
  const [a, b] = groups
  const isLowHalf = groups.slice(0, 5).every((group) => group === 0) && (groups[5] === 0xffff || groups[5] === 0)
  const isNat64 = a === 0x64 && b === 0xff9b
  if (isLowHalf || isNat64) return dotted(groups[6]!, groups[7]!)
  return a === 0x2002 ? dotted(groups[1]!, groups[2]!) : null
}

/** The eight groups of an IPv6 address that `isIPv6` accepts. The URL parser writes a dotted tail as hex and leaves only `::`. */
function expandIpv6(address: string): number[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const groupsOf = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  if (tail === undefined) return groupsOf(head)
  const [left, right] = [groupsOf(head), groupsOf(tail)]
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}
