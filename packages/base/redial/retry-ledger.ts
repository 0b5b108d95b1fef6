import type { BackoffLimits } from '@sluice/base/backoff'

/** How long to wait between attempts, and when to give up. */
export type RetryLimits = BackoffLimits & {
  /** Attempts inside `windowMs`; null: no limit. */
  readonly maxAttempts: number | null
  readonly windowMs: number
  /** Failures inside `windowMs` after which it is given up however few attempts there were; null: never. */
  readonly autoDisable: { readonly failures: number; readonly windowMs: number } | null
}

/** Remembers failures in time, so that limits "n in m minutes" can be judged. Bounded by the limits themselves. */
export class RetryLedger {
  // bound: attempts within the longest window of the policy; the backoff bounds how many
  #failures: number[] = []
  #consecutive = 0

  /** Failures since the last good run. */
  get consecutive(): number {
    return this.#consecutive
  }

  /** Notes a failure. Answers the reason to give up, or null to go on. */
  fail(limits: RetryLimits, nowMs: number): string | null {
    this.#consecutive++
    const horizonMs = Math.max(limits.windowMs, limits.autoDisable?.windowMs ?? 0)
    this.#failures = this.#failures.filter((atMs) => nowMs - atMs < horizonMs)
    this.#failures.push(nowMs)
    const inside = (windowMs: number): number => this.#failures.filter((atMs) => nowMs - atMs < windowMs).length
    const { autoDisable, maxAttempts } = limits
    if (autoDisable !== null && inside(autoDisable.windowMs) >= autoDisable.failures) {
      return `${autoDisable.failures} failures within ${span(autoDisable.windowMs)}`
    }
    if (maxAttempts !== null && inside(limits.windowMs) >= maxAttempts) {
      return `${maxAttempts} attempts within ${span(limits.windowMs)}`
    }
    return null
  }

  /** It was good for long enough: the next failure starts at the base delay again. The window still counts. */
  settle(): void {
    this.#consecutive = 0
  }

  /** A clean sheet. */
  reset(): void {
    this.#failures = []
    this.#consecutive = 0
  }
}

const span = (ms: number): string => (ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`)
