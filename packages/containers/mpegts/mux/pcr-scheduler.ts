import { ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { wrapTimestamp } from '../pes/timestamp.ts'
import { type ItemClock, noClock } from './pes-item.ts'

/** A step forward above this is a new time base and no pause. */
const maxStepTicks = 10 * ticksPerSecond

/**
 * Decides where the program clock is written and what it says: the DTS of what is written, less the lead that decoders get.
 * Each access unit of the stream with the clock carries it; while that stream pauses, others carry it on.
 */
export class PcrScheduler {
  readonly #leadTicks: number
  readonly #periodTicks: number
  /** Last clock written, unwrapped; NaN before the first. */
  #last = Number.NaN

  constructor(leadMs: number, periodMs: number) {
    this.#leadTicks = leadMs * ticksPerMs
    this.#periodTicks = periodMs * ticksPerMs
  }

  /** The clock for an access unit of the stream that carries it. */
  next(dts: number): ItemClock {
    const pcr = dts - this.#leadTicks
    const step = pcr - this.#last
    // Another stream carried the clock ahead of this one: leave it out until it is passed.
    if (step <= 0 && step > -this.#leadTicks) return noClock
    const hasDiscontinuity = step <= 0 || step > maxStepTicks
    this.#last = pcr
    return { pcr90k: wrapTimestamp(pcr), hasDiscontinuity }
  }

  /** The clock for a packet of its own before an access unit of another stream; NaN: not due. */
  nextBetween(dts: number): number {
    const pcr = dts - this.#leadTicks
    const step = pcr - this.#last
    if (!(step > this.#periodTicks && step <= maxStepTicks)) return Number.NaN // NaN too: the clock's own stream begins
    this.#last = pcr
    return wrapTimestamp(pcr)
  }
}
