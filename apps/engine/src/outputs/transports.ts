import type { Clock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type OpenTransport, type OutputTarget, rtmpTransport } from '@sluice/media/output'
import { guardedLookup, refuseLiteral } from './target-guard.ts'

type Parts = { readonly clock: Clock; readonly log: Logger; readonly allowPrivateTargets: () => boolean }

/** Opens an output's connection by the scheme of its URL. Guards what outputs may reach at each connect, names included. */
export function openTransports(parts: Parts): OpenTransport<OutputTarget> {
  const guarded = rtmpTransport({ ...parts, lookup: guardedLookup })
  const open = rtmpTransport(parts)
  return (target, events) => {
    const failure = refuseTarget(target.url, parts.allowPrivateTargets())
    if (failure === null) return (parts.allowPrivateTargets() ? open : guarded)(target, events)
    const timer = parts.clock.after(0, () => events.onClose(failure))
    return { close: () => timer.cancel() }
  }
}

function refuseTarget(url: string, allowPrivate: boolean): Failure | null {
  const parsed = URL.parse(url)
  if (parsed === null || !['rtmp:', 'rtmps:'].includes(parsed.protocol)) {
    return { kind: 'handshake', code: 'OUTPUT_SCHEME', message: `the URL's scheme is '${parsed?.protocol ?? ''}', not rtmp: or rtmps:` }
  }
  const refused = refuseLiteral(parsed.hostname, allowPrivate)
  return refused === null ? null : { kind: 'tcp', code: refused.code, message: refused.message }
}
