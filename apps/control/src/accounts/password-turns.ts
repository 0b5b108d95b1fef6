import type { Clock } from '@sluice/base/clock'
import { ProblemError } from '../services/index.ts'

/** scrypt takes 0.1 s of one core: strangers get a burst, then about half a core in the long run. */
const strangerBurst = 20
const strangerEveryMs = 250
const maxWaiting = 32
const busySeconds = 10

type Waiting = { readonly strikes: number; readonly go: () => void; readonly refuse: (error: Error) => void }

/**
 * Password hashes one at a time on each of two lanes: `known` for who has shown already that it belongs here, `stranger` for everybody else,
 * with a budget. Who has failed least goes first, so that an owner at a fresh address is served before those that guess. Throws ProblemError
 * AUTH_RATE_LIMITED when the lane is full.
 */
export class PasswordTurns {
  readonly #known: Lane
  readonly #strangers: Lane

  constructor(clock: Clock) {
    this.#known = new Lane(clock, null)
    this.#strangers = new Lane(clock, { burst: strangerBurst, everyMs: strangerEveryMs })
  }

  /** `strikes`: how often this caller's network has failed lately. */
  run<T>(lane: 'known' | 'stranger', strikes: number, work: () => Promise<T>): Promise<T> {
    return (lane === 'known' ? this.#known : this.#strangers).run(strikes, work)
  }
}

class Lane {
  readonly #clock: Clock
  readonly #budget: { burst: number; everyMs: number } | null
  // bound: `maxWaiting`, the one with the most strikes gives way
  readonly #waiting: Waiting[] = []
  #isBusy = false
  #isPaused = false
  /** When the budget is whole again. */
  #wholeAtMs = 0

  constructor(clock: Clock, budget: { burst: number; everyMs: number } | null) {
    this.#clock = clock
    this.#budget = budget
  }

  async run<T>(strikes: number, work: () => Promise<T>): Promise<T> {
    await this.#turn(strikes)
    try {
      return await work()
    } finally {
      this.#isBusy = false
      this.#next()
    }
  }

  #turn(strikes: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    if (this.#waiting.length >= maxWaiting) {
      const worst = this.#waiting.at(-1)
      if (worst === undefined || worst.strikes <= strikes) throw busy()
      this.#waiting.pop()
      worst.refuse(busy())
    }
    const at = this.#waiting.findIndex((other) => other.strikes > strikes)
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, { strikes, go: resolve, refuse: reject })
    this.#next()
    return promise
  }

  #next(): void {
    if (this.#isBusy || this.#isPaused || this.#waiting.length === 0) return
    const waitMs = this.#spend()
    if (waitMs > 0) {
      this.#isPaused = true
      this.#clock.after(waitMs, () => {
        this.#isPaused = false
        this.#next()
      })
      return
    }
    this.#isBusy = true
    this.#waiting.shift()?.go()
  }

  /** Takes one from the budget, or says how long it takes until there is one. */
  #spend(): number {
    if (this.#budget === null) return 0
    const { burst, everyMs } = this.#budget
    const nowMs = this.#clock.nowMs()
    const wholeAtMs = Math.max(this.#wholeAtMs, nowMs) + everyMs
    const overMs = wholeAtMs - nowMs - burst * everyMs
    if (overMs > 0) return overMs
    this.#wholeAtMs = wholeAtMs
    return 0
  }
}

const busy = (): ProblemError =>
  new ProblemError(
    'AUTH_RATE_LIMITED',
    `Too many sign-ins at once. Try again in ${busySeconds} s, or use a browser that was signed in before.`,
    [],
    busySeconds,
  )
