import { backoffMs } from '@sluice/base/backoff'
import type { Clock, Timer } from '@sluice/base/clock'
import { RetryLedger, type RetryLimits } from './retry-ledger.ts'

type Parts = {
  readonly clock: Clock
  readonly random: () => number
  /** Good for so long, the next failure is a new one and not the same again. */
  readonly settledMs: number
  /** Asked when an attempt is due: 0 for go, else the milliseconds until it is worth asking again. Absent: always go. */
  readonly permit?: (nowMs: number) => number
  /** Dial now. */
  readonly onDue: () => void
  /**
   * `onDue` threw. That must not leave the owner waiting for ever: it is a failure like any other. The error goes on to whoever owns the
   * clock, who logs it.
   */
  readonly onFault: () => void
}

/**
 * The clockwork of trying again: waits longer after each failure, with jitter, gives up by the limits, asks a shared budget, starts over after a
 * good run. It owns one timer and no connection. Who dials says `begin`, and `fail` when it failed; everything else follows.
 */
export class Redial {
  readonly #parts: Parts
  readonly #ledger = new RetryLedger()
  #timer: Timer | null = null
  #nextMs: number | null = null
  #attempts = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Attempts since the last `reset`. */
  get attempts(): number {
    return this.#attempts
  }
  /** Failures in a row, without a good run between them. */
  get failuresInARow(): number {
    return this.#ledger.consecutive
  }
  /** Monotonic time of the next attempt; null: none is waited for. */
  get nextMs(): number | null {
    return this.#nextMs
  }

  /** An attempt begins now, whatever was waited for. */
  begin(): void {
    this.cancel()
    this.#attempts++
  }

  /** The attempt, or what came of it, has failed. Null: the next one is on its way. Otherwise why it is given up. */
  fail(limits: RetryLimits): string | null {
    const { clock, random } = this.#parts
    this.cancel()
    const gaveUp = this.#ledger.fail(limits, clock.nowMs())
    if (gaveUp === null) this.#wait(backoffMs(limits, this.#ledger.consecutive - 1, random()))
    return gaveUp
  }

  /** The connection has been good for so long. What failed before it still counts in the windows of the limits. */
  goodFor(ms: number): void {
    if (ms >= this.#parts.settledMs) this.#ledger.settle()
  }

  /** Waits for nothing any more; what was counted stays. */
  cancel(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#nextMs = null
  }

  /** A clean sheet: nothing is waited for, nothing has failed. */
  reset(): void {
    this.cancel()
    this.#ledger.reset()
    this.#attempts = 0
  }

  #wait(delayMs: number): void {
    const { clock, onFault } = this.#parts
    this.#nextMs = clock.nowMs() + delayMs
    this.#timer = clock.after(delayMs, () => {
      try {
        this.#due()
      } catch (error) {
        onFault()
        throw error
      }
    })
  }

  #due(): void {
    const { clock, random, permit, onDue } = this.#parts
    const waitMs = permit?.(clock.nowMs()) ?? 0
    if (waitMs > 0) {
      this.#wait(waitMs * (1 + random())) // many may have been sent away together
      return
    }
    this.cancel()
    onDue()
  }
}
