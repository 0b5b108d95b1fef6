import { type Address, isPrivateAddress, isRtmp, isSrt, parseAddress, readAddress } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import { type Failure, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type LookTaken, type OpenTransport, type OutputTarget, rtmpTransport, srtTransport } from '@sluice/media/output'
import { pacedOpen } from './paced-open.ts'
import { guardedLookup, refuseLiteral } from './target-guard.ts'

type Parts = { readonly clock: Clock; readonly log: Logger; readonly allowPrivateTargets: () => boolean; readonly lookTaken?: LookTaken }

/** Opens outputs' connections in turn, by the scheme of the URL. Guards what outputs may reach at each connect, names included. */
export function openTransports(parts: Parts): OpenTransport<OutputTarget> {
  const guarded = byScheme(
    rtmpTransport({ ...parts, lookup: guardedLookup, refuseHost: (host) => refuseLiteral(host, false) }),
    srtTransport({ ...parts, isAllowedAddress: isPublicAddress }),
  )
  const open = byScheme(rtmpTransport(parts), srtTransport(parts))
  return pacedOpen(guard(parts, guarded, open), parts.clock)
}

const guard =
  (parts: Parts, guarded: OpenTransport<OutputTarget>, open: OpenTransport<OutputTarget>): OpenTransport<OutputTarget> =>
  (target, events) => {
    const allowPrivate = parts.allowPrivateTargets()
    const failure = refuseTarget(target.url, allowPrivate)
    if (failure === null) return (allowPrivate ? open : guarded)(target, events)
    const timer = parts.clock.after(0, () => events.onClose(failure))
    return { close: () => timer.cancel() }
  }

/** For sockets that ask with the address that a name led to. */
export const isPublicAddress = (address: string): boolean => !isPrivateAddress(address)

const byScheme =
  (rtmp: OpenTransport<OutputTarget>, srt: OpenTransport<OutputTarget>): OpenTransport<OutputTarget> =>
  (target, events) =>
    (readAddress(target.url)?.scheme === 'srt' ? srt : rtmp)(target, events)

/** Why nothing may be called at `url`, or null. A name in it is judged when it is looked up. */
export function refuseTarget(url: string, allowPrivate: boolean): Failure | null {
  const address = addressOf(url)
  if ('kind' in address) return address
  if (!isSrt(address) && !isRtmp(address)) {
    return { kind: 'handshake', code: 'OUTPUT_SCHEME', message: `the URL's scheme is '${address.scheme}', not rtmp, rtmps or srt` }
  }
  // A listener's host is an address of this machine to wait at, and nothing that is reached.
  if (isSrt(address) && address.srt.mode === 'listener') return null
  const refused = refuseLiteral(address.host, allowPrivate)
  return refused === null ? null : { kind: 'tcp', code: refused.code, message: refused.message }
}

/** The address, or the failure of an output or input whose address can't be read. */
export function addressOf(url: string): Address | Failure {
  try {
    return parseAddress(url)
  } catch (error) {
    if (error instanceof SluiceError) return { kind: 'handshake', code: error.code, message: `the address cannot work: ${error.message}` }
    throw error
  }
}
