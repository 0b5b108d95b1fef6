/** The retry limits of an output's class. */
export type RetryLimits = {
  readonly baseMs: number
  readonly capMs: number
  /** Attempts inside `windowMs`; null: no limit. */
  readonly maxAttempts: number | null
  readonly windowMs: number
  /** Failures inside `windowMs` after which the output is disabled; null: never. */
  readonly autoDisable: { readonly failures: number; readonly windowMs: number } | null
}

/** Remembers an output's failures in time, so that limits "n in m minutes" can be judged. Bounded by the limits themselves. */
export class RetryLedger {
  // bound: attempts within the longest window of the policy; the backoff bounds how many
  #failures: number[] = []
  #consecutive = 0

  /** Failures since the output was last live for good. */
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
      return `${autoDisable.failures} failures within ${minutes(autoDisable.windowMs)}`
    }
    if (maxAttempts !== null && inside(limits.windowMs) >= maxAttempts) {
      return `${maxAttempts} attempts within ${minutes(limits.windowMs)}`
    }
    return null
  }

  /** The output was live for long enough: the next failure starts at the base delay again. The window still counts. */
  settle(): void {
    this.#consecutive = 0
  }

  /** The operator armed it again: a clean sheet. */
  reset(): void {
    this.#failures = []
    this.#consecutive = 0
  }
}

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`
