/** Before the first sample. Spec: draft-sharabayko-srt-01 §4.10 */
const INITIAL_RTT_MS = 100
const INITIAL_VAR_MS = 50

/** Samples kept for the window's minimum, mean and 95th percentile: 10 s of one every 50 ms. */
const WINDOW_SAMPLES = 200
const WINDOW_STEP_MS = 50
const WINDOW_MS = 10_000

/** What the last 10 s looked like, in milliseconds; null before the first sample. */
export type RttWindow = { minMs: number; avgMs: number; p95Ms: number }

/** The round trip, smoothed, and its mean deviation, in milliseconds. The first sample replaces the guess; then 7/8 and 3/4 stay. Spec: draft-sharabayko-srt-01 §4.10 */
export class RttEstimator {
  rttMs = INITIAL_RTT_MS
  varMs = INITIAL_VAR_MS
  hasSample = false
  // bound: `WINDOW_SAMPLES`, the oldest goes for the next
  readonly #windowMs: { atMs: number; rttMs: number }[] = []
  #lastKeptMs = Number.NEGATIVE_INFINITY

  /** Takes one measured round trip. */
  add(sampleMs: number, nowMs: number): void {
    if (this.hasSample) {
      this.varMs += (Math.abs(sampleMs - this.rttMs) - this.varMs) / 4
      this.rttMs += (sampleMs - this.rttMs) / 8
    } else {
      this.hasSample = true
      this.rttMs = sampleMs
      this.varMs = sampleMs / 2
    }
    if (nowMs - this.#lastKeptMs < WINDOW_STEP_MS) return
    this.#lastKeptMs = nowMs
    this.#windowMs.push({ atMs: nowMs, rttMs: sampleMs })
    if (this.#windowMs.length > WINDOW_SAMPLES) this.#windowMs.shift()
  }

  /** Time after which an answer is late: the round trip and four deviations. */
  get lateMs(): number {
    return this.rttMs + 4 * this.varMs
  }

  /** Minimum, mean and 95th percentile of the samples of the last 10 s. */
  window(nowMs: number): RttWindow | null {
    const sorted = this.#windowMs
      .filter((sample) => nowMs - sample.atMs <= WINDOW_MS)
      .map((sample) => sample.rttMs)
      .sort((a, b) => a - b)
    if (sorted.length === 0) return null
    let sum = 0
    for (const value of sorted) sum += value
    return { minMs: sorted[0]!, avgMs: sum / sorted.length, p95Ms: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))]! }
  }
}
