import type { Clock } from '@sluice/base/clock'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { FailureLimit } from '../accounts/index.ts'
import { type GuestVisit, openVisit } from '../services/guest/index.ts'
import { ProblemError } from '../services/problem.ts'
import type { App } from './app.ts'

/** Within 15 minutes: wrong links of one address, and what one link may ask. The page asks for the state every few seconds. */
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
    const caller = `wrong ${request.ip}`
    this.#take(caller, limits.wrong)
    const visit = await openVisit(app.platform, token)
    this.#counts.forgive(caller)
    this.#take(`${use} ${visit.link.id}`, limits[use])
    return visit
  }

  /** Counts before it is known how it ends, so that many at once can't slip through. */
  #take(name: string, max: number): void {
    const waitSeconds = this.#counts.waitSeconds(name, max)
    if (waitSeconds > 0) throw new ProblemError('GUEST_RATE_LIMITED', `Wait for ${waitSeconds} seconds.`, [], waitSeconds)
    this.#counts.fail(name)
  }
}
