import type { Clock, Timer } from '@sluice/base/clock'

/** How often silence and hold are looked at: part of the time that a switch takes. */
const tickMs = 50
/** While frames leave, reads bring the look with them and the timer rests for so long: less than the shortest trigger of 300 ms. */
const restMs = 200
/** A rest that is older than this begins anew with a look of a read, so that the timer wakes nobody while frames leave. */
const restedMs = 125

type Parts = {
  readonly clock: Clock
  readonly look: () => void
  /** Silence can begin or the slate can end: there is something to look at though nothing comes. */
  readonly isNeeded: () => boolean
}

/** When the switch looks at its inputs: with the reads of the one on the air, else by a timer. */
export class LookTimer {
  readonly #parts: Parts
  /** Runs while looks are needed: a channel that nobody publishes to costs nothing. */
  #timer: Timer | null = null
  /** When a read of the input on the air last brought a look; of old once the source is another one. */
  #readLookMs = Number.NEGATIVE_INFINITY
  #restingSinceMs = Number.NEGATIVE_INFINITY

  constructor(parts: Parts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer ??= this.#parts.clock.after(tickMs, () => this.#tick())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** Whether a read of the input on the air is to bring a look: not each of them does. */
  isDueByRead(nowMs: number): boolean {
    if (nowMs - this.#readLookMs < tickMs) return false
    this.#readLookMs = nowMs
    if (this.#timer !== null && nowMs - this.#restingSinceMs >= restedMs) this.#rest(nowMs)
    return true
  }

  /** The source is another one, whose reads have brought no look yet. */
  forgetReads(): void {
    this.#readLookMs = Number.NEGATIVE_INFINITY
  }

  #tick(): void {
    this.#timer = null
    const { clock, look, isNeeded } = this.#parts
    const nowMs = clock.nowMs()
    const isLookedAt = nowMs - this.#readLookMs < 2 * tickMs
    try {
      if (!isLookedAt) look()
    } finally {
      // Whatever a look throws, the next one comes: a switch that stands still looks like a source that is well.
      if (this.#timer === null && isNeeded()) {
        if (isLookedAt) this.#rest(nowMs)
        else this.start()
      }
    }
  }

  #rest(nowMs: number): void {
    this.#timer?.cancel()
    this.#timer = this.#parts.clock.after(restMs, () => this.#tick())
    this.#restingSinceMs = nowMs
  }
}
