import { addressGroup } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { FailureLimit } from '../accounts/index.ts'
import { type GuestVisit, openVisit } from '../services/guest/index.ts'
import { ProblemError } from '../services/index.ts'
import type { App } from './app.ts'

/** Within 15 minutes: wrong links of one network, and what one link may ask. The page asks for the state every few seconds. */
const limits = { wrong: 20, read: 1500, write: 60, preflight: 20 } as const
export type GuestUse = 'read' | 'write' | 'preflight'

/** Lets in who has a guest link, and counts what is done with it. */
export class GuestGate {
  readonly #counts: FailureLimit

  constructor(clock: Clock) {
    this.#counts = new FailureLimit(clock)
  }

  async open(app: App, request: FastifyRequest, reply: FastifyReply, use: GuestUse): Promise<GuestVisit> {
    // The link stands in the address of the page: no other site shall hear of it.
    void reply.header('referrer-policy', 'no-referrer')
    const { token = '' } = request.params as { token?: string }
    const visit = await openVisit(app.platform, token).catch((error: unknown) => {
      // A link can't be guessed (256 bits): wrong ones are slowed down and never stand in the way of a good one.
      if (error instanceof ProblemError) this.#spend(`wrong ${addressGroup(request.ip)}`, limits.wrong)
      throw error
    })
    this.#spend(`${use} ${visit.link.id}`, limits[use])
    return visit
  }

  /** Counts before it is known how it ends, so that many at once can't slip through. */
  #spend(name: string, max: number): void {
    const waitSeconds = this.#counts.waitSeconds(name, max)
    if (waitSeconds > 0)
      throw new ProblemError(
        'GUEST_RATE_LIMITED',
        `Too many requests, or too many wrong links from this address. Try again in ${waitSeconds} s.`,
        [],
        waitSeconds,
      )
    this.#counts.fail(name)
  }
}
