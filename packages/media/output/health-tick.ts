import type { Clock, Timer } from '@sluice/base/clock'

/** What is looked at four times a second for as long as it is watched. */
export interface Watched {
  look(nowMs: number): void
  /** `look` threw, by a fault of our own: it ends, and the others are looked at all the same. */
  onFault(): void
}

const tickMs = 250

/** One timer for the health of all outputs of a programme, and none while there is nothing to look at. */
export class HealthTick {
  readonly #clock: Clock
  // bound: one an output with a session, which the spec bounds
  readonly #watched = new Set<Watched>()
  #timer: Timer | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(watched: Watched): void {
    this.#watched.add(watched)
    this.#timer ??= this.#clock.after(tickMs, () => this.#run())
  }

  delete(watched: Watched): void {
    this.#watched.delete(watched)
    if (this.#watched.size > 0) return
    this.#timer?.cancel()
    this.#timer = null
  }

  /** Looks at all. Throws what the first of them threw once all were looked at, so that the owner of the clock logs it. */
  tick(nowMs: number): void {
    let fault: { readonly error: unknown } | null = null
    for (const watched of this.#watched) {
      try {
        watched.look(nowMs)
      } catch (error) {
        fault ??= { error }
        watched.onFault()
      }
    }
    if (fault !== null) throw fault.error
  }

  #run(): void {
    // Before the looks: a throw of one must not end the tick of the others.
    this.#timer = this.#clock.after(tickMs, () => this.#run())
    this.tick(this.#clock.nowMs())
  }
}
