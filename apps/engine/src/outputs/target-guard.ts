import dns from 'node:dns'
import net from 'node:net'
import { SluiceError } from '@sluice/base/errors'

/** Addresses that are nobody's destination on the open net: a URL that leads there may be aimed at the operator's own network. */
const privateRanges = new net.BlockList()
for (const [address, bits] of [
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
] as const) {
  privateRanges.addSubnet(address, bits, 'ipv4')
}
for (const [address, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  privateRanges.addSubnet(address, bits, 'ipv6')
}

/** True for loopback, private, link-local, shared and multicast addresses, also when mapped into IPv6. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return privateRanges.check(mapped, 'ipv4')
  return privateRanges.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4')
}

const refusal = (host: string): SluiceError =>
  new SluiceError(
    'OUTPUT_PRIVATE_TARGET',
    'operator',
    `${host} is a loopback or private address, which Sluice may not call; SLUICE_ALLOW_PRIVATE_TARGETS allows it`,
  )

/** Null when an output may go to `host`, else why not. Names are judged at connect time by `guardedLookup`. */
export function refuseLiteral(host: string, allowPrivate: boolean): SluiceError | null {
  const bare = host.replace(/^\[|\]$/g, '')
  return !allowPrivate && net.isIP(bare) !== 0 && isPrivateAddress(bare) ? refusal(bare) : null
}

/** A `lookup` for sockets that leaves out private addresses, so that a name can't lead into the operator's own network. */
export const guardedLookup: net.LookupFunction = (host, options, callback) => {
  dns.lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0)
    const open = addresses.filter(({ address }) => !isPrivateAddress(address))
    const first = open[0]
    if (first === undefined) return callback(refusal(host), '', 0)
    if (options.all === true) callback(null, open)
    else callback(null, first.address, first.family)
  })
}
