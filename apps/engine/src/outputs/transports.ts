import { readAddress } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import { type LookTaken, type OpenTransport, type OutputTarget, rtmpTransport, srtTransport } from '@sluice/media/output'
import { guardedLookup, isPublicAddress, refuseLiteral, refuseTarget } from '../targets/index.ts'
import { pacedOpen } from './paced-open.ts'

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

const byScheme =
  (rtmp: OpenTransport<OutputTarget>, srt: OpenTransport<OutputTarget>): OpenTransport<OutputTarget> =>
  (target, events) =>
    (readAddress(target.url)?.scheme === 'srt' ? srt : rtmp)(target, events)
