import type { LookupFunction } from 'node:net'
import { readAddress } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import type { Failure, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { ProbeRequest, ProbeStep, ProbeStepName } from '@sluice/contract/link'
import { adviceFor } from '@sluice/media/output'
import { openRtmpPublisher } from '@sluice/protocols/rtmp'
import { failed, passed, skipped } from './steps.ts'

const limitMs = 8000
/** nginx-rtmp and SRS answer publish before they ask who may: a yes counts when it still stands after so long. */
const afterthoughtMs = 1200

type Parts = {
  readonly clock: Clock
  readonly log: Logger
  readonly lookup: LookupFunction | undefined
  readonly refuseHost: ((host: string) => SluiceError | null) | undefined
}

type Outcome = { readonly failure: Failure | null; readonly sentTo: string | null }

/** Dials an RTMP server as an output would, as far as `depth` says, and ends again. Steps in order: tcp, tls where it is one, handshake, publish. */
export async function probeRtmp(request: ProbeRequest, parts: Parts): Promise<ProbeStep[]> {
  const isTls = readAddress(request.url)?.scheme === 'rtmps'
  const order: ProbeStepName[] = ['tcp', ...(isTls ? (['tls'] as const) : []), 'handshake', 'publish']
  const { failure, sentTo } = await dial(request, parts)
  const brokenAt = failure === null ? order.length : order.indexOf(stepOf(failure))
  return order.map((step, i) => {
    if (failure !== null && i === brokenAt) return failed(step, failure.message, adviceFor(failure.kind))
    if (i > brokenAt) return skipped(step, 'not tested: an earlier step failed')
    if (step === 'publish' && request.depth === 'connect') {
      return skipped(step, 'not tested: this destination may go live as soon as somebody publishes')
    }
    return passed(step, step === 'handshake' && sentTo !== null ? `${words[step]}; it redirected the test to ${sentTo}` : words[step])
  })
}

const words: Readonly<Record<ProbeStepName, string>> = {
  dns: 'the name resolves',
  tcp: 'the server accepts the connection',
  tls: 'the connection is encrypted',
  handshake: 'the server speaks RTMP and knows the application',
  publish: 'the server accepted the stream key; the test ended at once',
}

function dial(request: ProbeRequest, { clock, log, lookup, refuseHost }: Parts): Promise<Outcome> {
  return new Promise((resolve) => {
    const publisher = openRtmpPublisher({
      url: request.url,
      streamKey: request.streamKey,
      clock,
      log,
      connectTimeoutMs: limitMs,
      onlyConnect: request.depth === 'connect',
      tls: { verify: request.tlsVerify },
      ...(lookup === undefined ? {} : { lookup }),
      ...(refuseHost === undefined ? {} : { refuseHost }),
      handler: {
        onReady() {
          const leave = (): void => {
            publisher.close()
            resolve({ failure: null, sentTo: publisher.sentTo })
          }
          if (request.depth === 'connect') leave()
          else clock.after(afterthoughtMs, leave)
        },
        onClose: (failure) => resolve({ failure, sentTo: publisher.sentTo }),
      },
    })
  })
}

/** Where a failure belongs. A refused application is no refused key. */
function stepOf(failure: Failure): ProbeStepName {
  const { kind, code, peerCode } = failure
  if (kind === 'dns' || kind === 'tcp') return 'tcp'
  if (kind === 'tls' || kind === 'handshake') return kind
  const isConnect = code === 'RTMP_CLOSED_ON_CONNECT' || (peerCode?.startsWith('NetConnection.') ?? false)
  return isConnect ? 'handshake' : 'publish'
}
