import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import type { OrderedPicture } from './order-verdict.ts'
import type { OrderSettings } from './picture-order.ts'

const fallbackStepTicks = ticksPerSecond / 25
const maxReorder = 16
/** A longer way from one picture to the next in decoding order is a jump. */
const jumpTicks = ticksPerSecond

/** Makes decoding times of presentation times: the nth picture is decoded at the nth presentation time, earlier by the depth of the reordering. */
export class TimesByPts {
  readonly #depth: number
  #stepTicks: number
  /** Presentation times that are no decoding time yet, ascending; at most `#depth` after each call. */
  // bound: `maxReorder` and one
  #waiting: number[] = []
  #started = 0
  #lastPts = Number.NaN
  #lastDts = Number.NEGATIVE_INFINITY

  /** `held`: the pictures that `next` will be given first. */
  constructor(held: readonly OrderedPicture[], settings: OrderSettings) {
    const sorted = held.map(({ frame }) => frame.pts).sort((a, b) => a - b)
    const steps = sorted.slice(1).map((pts, i) => pts - sorted[i]!)
    // The least step: pictures of the held ones' midst may be still to come.
    this.#stepTicks = Math.min(fallbackStepTicks, ...steps.filter((step) => step > 0))
    const seen = held.map(({ frame }, i) => i - sorted.indexOf(frame.pts))
    this.#depth = settings.maxReorder ?? Math.min(maxReorder, Math.max(0, ...seen))
  }

  next({ pts }: Frame): { dts: number; pts: number } {
    if (Math.abs(pts - this.#lastPts) > jumpTicks) {
      this.#waiting = []
      this.#started = 0
      if (pts < this.#lastPts) this.#lastDts = Number.NEGATIVE_INFINITY
    }
    this.#lastPts = pts
    const at = this.#waiting.findIndex((other) => other > pts)
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, pts)
    const isFull = this.#waiting.length > this.#depth
    const wanted = isFull ? this.#waiting.shift()! : this.#waiting[0]! - (this.#depth - this.#started) * this.#stepTicks
    this.#started++
    const dts = Math.round(Math.min(pts, Math.max(wanted, this.#lastDts + 1)))
    this.#lastDts = dts
    return { dts, pts }
  }
}
