import type { Clock, Timer } from '@sluice/base/clock'

const tickMs = 100
const windowMs = 3000
/** A judge that was late itself may not call others late. */
const busyMs = 200

/** How late this process has been of late: it has the lowest priority of all, and a busy machine lets it wait. */
export class Lag {
  readonly #clock: Clock
  #timer: Timer
  #dueMs: number
  #lateAtMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
    this.#dueMs = clock.nowMs() + tickMs
    this.#timer = clock.after(tickMs, () => this.#tick())
  }

  /** Whether lateness of others may be our own. */
  get isLate(): boolean {
    return this.#clock.nowMs() - this.#lateAtMs < windowMs || this.#clock.nowMs() - this.#dueMs > busyMs
  }

  close(): void {
    this.#timer.cancel()
  }

  #tick(): void {
    const nowMs = this.#clock.nowMs()
    if (nowMs - this.#dueMs > busyMs) this.#lateAtMs = nowMs
    this.#dueMs = nowMs + tickMs
    this.#timer = this.#clock.after(tickMs, () => this.#tick())
  }
}
