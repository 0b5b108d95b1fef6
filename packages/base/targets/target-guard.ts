import dns from 'node:dns'
import type net from 'node:net'
import { isPrivateAddress, isPrivateHost } from '../address/index.ts'
import { SluiceError } from '../errors/index.ts'

const refusal = (host: string): SluiceError =>
  new SluiceError(
    'OUTPUT_PRIVATE_TARGET',
    'operator',
    `${host} is a loopback or private address, which Sluice may not call; SLUICE_ALLOW_PRIVATE_TARGETS allows it`,
  )

/** Null when an output may go to `host`, else why not. Names are judged at connect time by `guardedLookup`. */
export function refuseLiteral(host: string, allowPrivate: boolean): SluiceError | null {
  const bare = host.replace(/^\[|\]$/g, '')
  return !allowPrivate && isPrivateHost(bare) ? refusal(bare) : null
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
