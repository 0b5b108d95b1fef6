import { isPrivateAddress, portOf } from '@sluice/base/address'
import { BoundedQueue } from '@sluice/base/bounded'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { FromEngine, ProbeRequest, ProbeStep } from '@sluice/contract/link'
import { addressOf, guardedLookup, refuseLiteral } from '../targets/index.ts'
import { probeCertificate } from './certificate.ts'
import { probeName } from './resolve.ts'
import { probeRtmp } from './rtmp.ts'
import { probeSrt } from './srt.ts'
import { failed } from './steps.ts'

export type ProberParts = {
  readonly clock: Clock
  readonly log: Logger
  readonly allowPrivateTargets: () => boolean
  readonly send: (message: FromEngine) => void
}

/** Trials wait for each other, so that a workspace with 500 outputs does not open 500 connections beside its live ones. */
const maxAtOnce = 16
/** A preflight tries all outputs of one channel; what is over it is told so at once. */
const maxWaiting = 1000

/** Tries destinations for control, a few at a time. Live outputs know nothing of it. */
export class Prober {
  readonly #parts: ProberParts
  readonly #waiting = new BoundedQueue<ProbeRequest>({
    maxCount: maxWaiting,
    maxBytes: 8 * 1024 * 1024,
    bytesOf: ({ url }) => url.length + 500,
  })
  #running = 0

  constructor(parts: ProberParts) {
    this.#parts = parts
  }

  receive(request: ProbeRequest): void {
    if (this.#waiting.offer(request) === 'full') {
      const steps = [failed('handshake', `more than ${maxWaiting} destinations are waiting to be tested`, 'Try again in a minute.')]
      this.#parts.send({ type: 'probe.result', probeId: request.probeId, steps })
    }
    this.#next()
  }

  #next(): void {
    const request = this.#running < maxAtOnce ? this.#waiting.take() : undefined
    if (request === undefined) return
    this.#running++
    void probeTarget(request, this.#parts)
      .catch(() => [failed('handshake', 'the test could not run', 'Try again, and report it if it keeps happening.')])
      .then((steps) => {
        this.#running--
        this.#parts.send({ type: 'probe.result', probeId: request.probeId, steps })
        this.#next()
      })
  }
}

/** All steps of one destination, in the order of a connection; what comes after a failed name is left out. */
export async function probeTarget(request: ProbeRequest, parts: Omit<ProberParts, 'send'>): Promise<ProbeStep[]> {
  const { clock, log } = parts
  const allowPrivate = parts.allowPrivateTargets()
  const address = addressOf(request.url)
  if ('kind' in address) return [failed('dns', address.message, 'Correct the address.')]
  const { scheme, host } = address
  // What waits for any caller has no name to look up.
  if (host === '') return probeSrt(request, { clock, log, isAllowedAddress: undefined })
  const name = await probeName(host, allowPrivate)
  if (name.verdict === 'fail') return [name]
  if (scheme === 'srt') {
    const isAllowedAddress = allowPrivate ? undefined : (address: string) => !isPrivateAddress(address)
    return [name, ...(await probeSrt(request, { clock, log, isAllowedAddress }))]
  }
  const lookup = allowPrivate ? undefined : guardedLookup
  const refuseHost = allowPrivate ? undefined : (host: string) => refuseLiteral(host, false)
  const steps = await probeRtmp(request, { clock, log, lookup, refuseHost })
  if (scheme !== 'rtmps' || steps[0]?.verdict !== 'pass') return [name, ...steps]
  const certificate = await probeCertificate({ host, port: portOf(address), tlsVerify: request.tlsVerify }, clock, lookup)
  return [name, ...steps.map((step) => (step.step === 'tls' ? certificate : step))]
}
