/**
 * Control packets that are looked at: a receiver at 200 Mbit/s sends some 400 a second, twice that under heavy loss. What is more is passed
 * over as if it were lost: its source can be forged, so it ends nothing.
 */
const perSecond = 2_000
const burst = 4_000
/** A key under a new salt takes PBKDF2, a millisecond of the event loop: one a second is looked at, peers repeat theirs. */
const derivationMs = 1_000

/** What one peer's control packets may cost. */
export class ControlGate {
  #tokens = burst
  #atMs: number
  #derivedAtMs = Number.NEGATIVE_INFINITY

  constructor(nowMs: number) {
    this.#atMs = nowMs
  }

  /** Whether one more packet is looked at. */
  admit(nowMs: number): boolean {
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#atMs) * perSecond) / 1000)
    this.#atMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  /** Whether one more key is derived. */
  takeDerivation(nowMs: number): boolean {
    if (nowMs - this.#derivedAtMs < derivationMs) return false
    this.#derivedAtMs = nowMs
    return true
  }
}
