import { pcrTicksPer90k } from '../packet/pcr.ts'
import { timestampRange } from '../pes/timestamp.ts'

const ticksPerMs = 90 * pcrTicksPer90k
const rangeTicks = timestampRange * pcrTicksPer90k
/** A longer step is a jump of the clock and says nothing of its evenness. */
const maxStepMs = 10_000
/** Weight of a new sample in the running mean, as RTP's jitter has it. Spec: RFC 3550 §6.4.1 */
const jitterGain = 1 / 16

/** Watches how evenly a program's clock arrives. */
export class PcrMeter {
  #lastTicks = Number.NaN
  #lastNowMs = Number.NaN
  /** Longest distance between two PCRs in stream time; the standard allows 100. */
  maxIntervalMs = 0
  /** Running mean of how far PCR steps and arrival steps differ; 0 while no arrival times are given. */
  jitterMs = 0

  /** `pcr` in 27 MHz ticks; `nowMs`: when it came, NaN when nobody knows. */
  observe(pcr: number, nowMs: number): void {
    const stepMs = ((((pcr - this.#lastTicks) % rangeTicks) + rangeTicks) % rangeTicks) / ticksPerMs
    const arrivalMs = nowMs - this.#lastNowMs
    this.#lastTicks = pcr
    this.#lastNowMs = nowMs
    if (!(stepMs < maxStepMs)) return // NaN too: the first one
    this.maxIntervalMs = Math.max(this.maxIntervalMs, stepMs)
    if (!Number.isNaN(arrivalMs)) this.jitterMs += (Math.abs(arrivalMs - stepMs) - this.jitterMs) * jitterGain
  }

  /** A new time base: the next PCR is a first one. */
  reset(): void {
    this.#lastTicks = Number.NaN
  }
}
