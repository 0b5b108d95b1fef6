import type { Clock, Timer } from '@sluice/base/clock'

/** What is looked at four times a second for as long as it is watched. */
export interface Watched {
  look(nowMs: number): void
  /** `look` threw, by a fault of our own: it ends, and the others are looked at all the same. */
  onFault(): void
}

const tickMs = 250
/** While frames bring the looks the timer waits for so much longer: waking a process that sleeps costs more than the looks. A frame of 20 a second. */
const lateMs = 50

/** One timer for the health of all outputs of a programme, and none while there is nothing to look at. */
export class HealthTick {
  readonly #clock: Clock
  // bound: one an output with a session, which the spec bounds
  readonly #watched = new Set<Watched>()
  #timer: Timer | null = null
  #dueMs = Number.POSITIVE_INFINITY
  #hasTurns = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(watched: Watched): void {
    this.#watched.add(watched)
    if (this.#timer === null) this.#arm(this.#clock.nowMs())
  }

  delete(watched: Watched): void {
    this.#watched.delete(watched)
    if (this.#watched.size > 0) return
    this.#timer?.cancel()
    this.#timer = null
    this.#dueMs = Number.POSITIVE_INFINITY
  }

  /**
   * A turn of the programme is about to be written, and the process is awake: looks at all when that is due. Right behind the writes a connection
   * over TLS always has bytes that wait, and they would pass for a far end that had no room and made some. Throws as `tick` does.
   */
  beforeTurn(nowMs: number): void {
    this.#hasTurns = true
    if (nowMs < this.#dueMs) return
    this.#timer?.cancel()
    this.#arm(nowMs)
    this.tick(nowMs)
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

  #arm(nowMs: number): void {
    this.#dueMs = nowMs + tickMs
    this.#timer = this.#clock.after(this.#hasTurns ? tickMs + lateMs : tickMs, () => this.#run())
    this.#hasTurns = false
  }

  #run(): void {
    const nowMs = this.#clock.nowMs()
    // Before the looks: a throw of one must not end the tick of the others.
    this.#arm(nowMs)
    this.tick(nowMs)
  }
}
