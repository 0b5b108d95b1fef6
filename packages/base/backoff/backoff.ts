export type BackoffLimits = {
  /** The first wait. */
  readonly baseMs: number
  /** No wait is longer. */
  readonly capMs: number
  /** The share of a wait that is drawn, 0..1. Absent: all of it, which is full jitter. */
  readonly jitter?: number
}

/**
 * Milliseconds to wait before another try: doubles with each `attempt` (counted from 0) up to the cap. `random` is a draw, 0..1, that takes
 * up to the jitter's share away, so that many who failed together do not return together; without a draw the wait is the whole one.
 * Never under a tenth of the base, so that a lucky draw is not a hot loop.
 */
export function backoffMs({ baseMs, capMs, jitter = 1 }: BackoffLimits, attempt: number, random = 1): number {
  const wholeMs = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(attempt, 0), 30))
  return Math.max(baseMs / 10, wholeMs * (1 - jitter + jitter * random))
}
