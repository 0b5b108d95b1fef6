import type { Clock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { guardedLookup, refuseLiteral } from '@sluice/base/targets'
import type { OutputLook } from '@sluice/contract/prober'
import { openRtmpPlayer, parsePlayUrl } from '@sluice/protocols/rtmp'
import type { Looked } from './hls-look.ts'

/** From the call to the first media. */
const mediaLimitMs = 10_000

type Fault = NonNullable<OutputLook['fault']>

/** Looks at a playback address as an RTMP player does: it is seen with its first media. */
export function lookAtRtmp(url: string, clock: Clock, allowPrivate: boolean, signal: AbortSignal): Promise<Looked> {
  const { promise, resolve } = Promise.withResolvers<Looked>()
  const target = targetOf(url, allowPrivate)
  if ('code' in target) return Promise.resolve(unseen(target))
  const end = (fault: Fault | null): void => {
    limit.cancel()
    player.close()
    resolve(fault === null ? { seen: true, behindMs: null, fault: null, edge: null } : unseen(fault))
  }
  const limit = clock.after(mediaLimitMs, () => end({ code: 'no-media', detail: `no media within ${mediaLimitMs / 1000} s` }))
  const player = openRtmpPlayer({
    ...target,
    clock,
    log: silentLogger,
    ...(allowPrivate ? {} : { lookup: guardedLookup, refuseHost: (host: string) => refuseLiteral(host, false) }),
    sink: {
      onMessage: (kind) => {
        if (kind !== 'data') end(null)
      },
      onClose: () => {},
    },
    handler: { onClose: (failure) => end(faultOf(failure)) },
  })
  signal.addEventListener('abort', () => end({ code: 'no-answer', detail: 'the probe was stopped' }), { once: true })
  return promise
}

const unseen = (fault: Fault): Looked => ({ seen: false, behindMs: null, fault, edge: null })

function targetOf(url: string, allowPrivate: boolean): { url: string; streamKey: string } | Fault {
  try {
    const { host, ...target } = { host: new URL(url).hostname, ...parsePlayUrl(url) }
    const refused = refuseLiteral(host, allowPrivate)
    return refused === null ? target : { code: 'refused', detail: refused.message }
  } catch {
    return { code: 'refused', detail: 'the address cannot be read' }
  }
}

/** The far end's own words stay out: it may repeat the name of the stream. */
const faultOf = ({ kind, code }: Failure): Fault =>
  kind === 'dns' || kind === 'tcp' || kind === 'tls' ? { code: 'no-answer', detail: code } : { code: 'error-answer', detail: code }
