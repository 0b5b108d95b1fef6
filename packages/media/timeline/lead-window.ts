import { ticksPerSecond } from '@sluice/codecs/frame'

/** So much media is remembered, at least; twice that at most. Longer than any stall that an encoder survives. */
const windowTicks = 20 * ticksPerSecond

/**
 * The furthest that a source ran ahead of the wall clock within the last 20 to 40 s of its media, in ticks. After a stall, what had been
 * held up comes in one burst and ends about here: only what goes well beyond it is a jump of the source's clock.
 */
export class LeadWindow {
  #present: number
  #before: number
  #sinceDts: number

  constructor(lead: number, dts: number) {
    this.#present = lead
    this.#before = lead
    this.#sinceDts = dts
  }

  get highest(): number {
    return Math.max(this.#present, this.#before)
  }

  put(lead: number, dts: number): void {
    if (dts - this.#sinceDts > windowTicks) {
      this.#before = this.#present
      this.#present = lead
      this.#sinceDts = dts
    } else if (lead > this.#present) this.#present = lead
  }
}
