import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '@sluice/base/clock'

const windowMs = 15 * 60_000
const maxNamed = 10_000
const maxShared = 4096

type Tally = { count: number; endsAtMs: number }

/**
 * Counts failures by name within 15 minutes. In memory: a restart forgives, which an attacker cannot cause. Its size has a bound, and
 * nothing that still counts is ever forgotten for it: names that come when the table is full share tallies, picked by a secret digest.
 */
export class FailureLimit {
  readonly #clock: Clock
  readonly #salt = randomBytes(16)
  /** In the order in which windows end, because all are equally long. */
  // bound: `maxNamed` names, later ones share tallies
  readonly #named = new Map<string, Tally>()
  // bound: `maxShared` tallies
  readonly #shared = new Map<number, Tally>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many tallies are kept. */
  get size(): number {
    return this.#named.size + this.#shared.size
  }

  /** Failures of `name` in its window; too many rather than too few when the table was full. */
  count(name: string): number {
    return this.#live(name).reduce((sum, tally) => sum + tally.count, 0)
  }

  /** Seconds to wait, or 0 while `name` has fewer than `max` failures in the window. */
  waitSeconds(name: string, max: number): number {
    const tallies = this.#live(name)
    if (tallies.reduce((sum, tally) => sum + tally.count, 0) < max) return 0
    const endsAtMs = Math.max(...tallies.map((tally) => tally.endsAtMs))
    return Math.max(1, Math.ceil((endsAtMs - this.#clock.nowMs()) / 1000))
  }

  fail(name: string): void {
    const nowMs = this.#clock.nowMs()
    const known = this.#named.get(name)
    if (known !== undefined && known.endsAtMs > nowMs) {
      known.count++
      return
    }
    this.#named.delete(name)
    this.#forgetEnded(nowMs)
    if (this.#named.size < maxNamed) {
      this.#named.set(name, { count: 1, endsAtMs: nowMs + windowMs })
      return
    }
    const shared = this.#shared.get(this.#slotOf(name))
    if (shared !== undefined && shared.endsAtMs > nowMs) shared.count++
    else this.#shared.set(this.#slotOf(name), { count: 1, endsAtMs: nowMs + windowMs })
  }

  /** Takes one failure back: an attempt counts before it is known how it ends, so that many at once cannot slip through. */
  forgive(name: string): void {
    const tally = this.#live(name)[0]
    if (tally !== undefined && tally.count > 0) tally.count--
  }

  #live(name: string): Tally[] {
    const nowMs = this.#clock.nowMs()
    const own = this.#named.get(name)
    const shared = this.#shared.size === 0 ? undefined : this.#shared.get(this.#slotOf(name))
    return [own, shared].filter((tally) => tally !== undefined && tally.endsAtMs > nowMs) as Tally[]
  }

  #slotOf(name: string): number {
    return createHash('sha256').update(this.#salt).update(name, 'utf8').digest().readUInt32LE(0) % maxShared
  }

  #forgetEnded(nowMs: number): void {
    for (const [name, tally] of this.#named) {
      if (tally.endsAtMs > nowMs) break
      this.#named.delete(name)
    }
  }
}
