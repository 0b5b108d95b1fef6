/** A timer that can be cancelled; cancelling twice, or after it ran, is harmless. */
export type Timer = { cancel(): void }

/** Time as a part that is passed in, so that state machines run under a fake clock in tests. */
export interface Clock {
  /** Monotonic milliseconds with fractions, from an arbitrary start: for intervals. */
  nowMs(): number
  /** Milliseconds since 1970, for events and logs: may jump when the machine's clock is set. */
  wallMs(): number
  /** Runs `run` once after `delayMs` (0 or more). An open timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer
}
