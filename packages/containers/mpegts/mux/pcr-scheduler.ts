import { ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { wrapTimestamp } from '../pes/timestamp.ts'
import { type ItemClock, noClock } from './pes-item.ts'

/** A step back of the clock's own stream beyond this, or forward beyond the other, is a new time base and no disorder or pause. */
const maxBackTicks = ticksPerSecond
const maxForwardTicks = 10 * ticksPerSecond
/** Streams further behind than this have stopped, or are about to follow into a new time base: the clock does not wait for them. */
const maxLagTicks = 2 * ticksPerSecond

/**
 * Decides where the program clock is written and what it says: the DTS of what is written, less the lead that decoders get
 * and less the most that any stream ran behind the others, so that nothing arrives after its time. Each access unit of the
 * stream with the clock carries it; while that stream pauses, others carry it on.
 */
export class PcrScheduler {
  readonly #leadTicks: number
  readonly #periodTicks: number
  #lagTicks = 0
  /** Highest DTS of any stream. */
  #head = Number.NaN
  /** Last DTS of the clock's own stream. */
  #lastDts = Number.NaN
  /** Last clock written, unwrapped. */
  #lastPcr = Number.NaN

  constructor(leadMs: number, periodMs: number) {
    this.#leadTicks = leadMs * ticksPerMs
    this.#periodTicks = periodMs * ticksPerMs
  }

  /** The clock for an access unit of the stream that carries it. */
  next(dts: number): ItemClock {
    const step = dts - this.#lastDts
    const hasDiscontinuity = step < -maxBackTicks || step > maxForwardTicks
    this.#lastDts = dts
    if (hasDiscontinuity) {
      this.#lagTicks = 0
      this.#head = this.#lastPcr = Number.NaN
    }
    const pcr = this.#pcrAt(dts)
    // Another stream carried the clock ahead, or the lag grew: leave it out until it is passed.
    if (pcr <= this.#lastPcr) return noClock
    this.#lastPcr = pcr
    return { pcr90k: wrapTimestamp(pcr), hasDiscontinuity }
  }

  /** The clock for a packet of its own before an access unit of another stream; NaN: not due. */
  nextBetween(dts: number): number {
    const pcr = this.#pcrAt(dts)
    const step = pcr - this.#lastPcr
    if (!(step > this.#periodTicks && step <= maxLagTicks)) return Number.NaN // NaN too: the clock's own stream begins
    this.#lastPcr = pcr
    return wrapTimestamp(pcr)
  }

  #pcrAt(dts: number): number {
    const ahead = dts - this.#head
    if (!(ahead <= 0)) this.#head = dts
    else if (ahead >= -maxLagTicks) this.#lagTicks = Math.max(this.#lagTicks, -ahead)
    return dts - this.#leadTicks - this.#lagTicks
  }
}
