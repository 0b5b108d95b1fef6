import { randomUUID } from 'node:crypto'
import type { Clock, Timer } from '@sluice/base/clock'
import type { FromEngine, ProbeRequest, ProbeStep } from '@sluice/contract/link'
import type { EngineLink } from './engine-link.ts'

/** For a destination that answers nothing at any step, behind others that do the same. */
const limitMs = 45_000
/** Trials that are asked for and not answered yet, over all callers. */
const maxWaiting = 600

type Waiting = { resolve(steps: ProbeStep[] | ProbeRefusal): void; timer: Timer }
/** Why nothing was tried, as one sentence. */
export type ProbeRefusal = { notTried: string }

/** Asks engines to try destinations, and matches their answers. Control itself speaks no media protocol. */
export class Probes {
  readonly #clock: Clock
  // bound: one a trial under way, each is ended by its timer
  readonly #waiting = new Map<string, Waiting>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Never rejects: an engine that is away or lost is a reason like any other. */
  ask(link: EngineLink | null, request: Omit<ProbeRequest, 'probeId'>): Promise<ProbeStep[] | ProbeRefusal> {
    if (link === null) return Promise.resolve({ notTried: 'no engine is up to run the test' })
    if (this.#waiting.size >= maxWaiting) return Promise.resolve({ notTried: 'too many tests are already waiting' })
    const probeId = randomUUID()
    return new Promise((resolve) => {
      const timer = this.#clock.after(limitMs, () =>
        this.#finish(probeId, { notTried: `the engine gave no answer within ${limitMs / 1000} s` }),
      )
      this.#waiting.set(probeId, { resolve, timer })
      link.send({ type: 'probe', probeId, ...request })
    })
  }

  receive(result: Extract<FromEngine, { type: 'probe.result' }>): void {
    this.#finish(result.probeId, result.steps)
  }

  #finish(probeId: string, answer: ProbeStep[] | ProbeRefusal): void {
    const waiting = this.#waiting.get(probeId)
    if (waiting === undefined) return
    this.#waiting.delete(probeId)
    waiting.timer.cancel()
    waiting.resolve(answer)
  }
}
