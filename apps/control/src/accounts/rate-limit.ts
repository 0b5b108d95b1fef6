import type { Clock } from '@sluice/base/clock'

const windowMs = 15 * 60_000
const maxTracked = 10_000

type Tally = { count: number; endsAtMs: number }

/** Counts failures by name within 15 minutes. In memory: a restart forgives, which an attacker cannot cause. */
export class FailureLimit {
  readonly #clock: Clock
  readonly #tallies = new Map<string, Tally>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Seconds to wait, or 0 while `name` has fewer than `max` failures in the window. */
  waitSeconds(name: string, max: number): number {
    const tally = this.#tallies.get(name)
    if (tally === undefined || tally.count < max) return 0
    return Math.max(0, Math.ceil((tally.endsAtMs - this.#clock.nowMs()) / 1000))
  }

  fail(name: string): void {
    const nowMs = this.#clock.nowMs()
    const tally = this.#tallies.get(name)
    if (tally !== undefined && tally.endsAtMs > nowMs) tally.count++
    else this.#tallies.set(name, { count: 1, endsAtMs: nowMs + windowMs })
    if (this.#tallies.size > maxTracked) this.#forgetOldest(nowMs)
  }

  /** Takes one failure back: an attempt counts before it is known how it ends, so that many at once cannot slip through. */
  forgive(name: string): void {
    const tally = this.#tallies.get(name)
    if (tally !== undefined && tally.count > 0) tally.count--
  }

  #forgetOldest(nowMs: number): void {
    for (const [name, tally] of this.#tallies) {
      if (tally.endsAtMs <= nowMs || this.#tallies.size > maxTracked) this.#tallies.delete(name)
    }
  }
}
