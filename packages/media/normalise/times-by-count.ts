import { ticksPerSecond } from '@sluice/codecs/frame'
import type { OrderedPicture } from './order-verdict.ts'
import type { OrderSettings } from './picture-order.ts'

/** Decoding times that are kept: more than any reordering reaches back. */
const keptPictures = 64
const fallbackStepTicks = ticksPerSecond / 25
const maxReorder = 16

/**
 * Makes presentation times of decoding times and order counts: the picture that is shown as the nth is shown at the nth decoding time,
 * later by the depth of the reordering. Whole sequences begin anew at each reset of the counts.
 */
export class TimesByCount {
  #orderStep: number
  #depth: number
  #stepTicks: number
  /** Decoding times by index modulo `keptPictures`. */
  readonly #dts = new Float64Array(keptPictures)
  #index = -1
  #sequence = -1
  /** Index of showing and count that the sequence counts from. */
  #baseIndex = 0
  #baseCount = 0
  // bound: `maxReorder`, the oldest goes
  #shown: { sequence: number; count: number; pts: number }[] = []

  /** `held`: the pictures that `next` will be given first. */
  constructor(held: readonly OrderedPicture[], settings: OrderSettings) {
    const dts = held.map(({ frame }) => frame.dts)
    const span = dts.at(-1)! - dts[0]!
    this.#stepTicks = held.length > 1 && span > 0 ? span / (held.length - 1) : fallbackStepTicks
    const isHalved = held.some(({ count }) => (count ?? 0) % settings.orderStep !== 0)
    this.#orderStep = isHalved ? 1 : settings.orderStep
    const { sequence } = held[0]!
    const counts = held.flatMap((one) => (one.sequence === sequence && one.count !== null ? [one.count] : []))
    // In mid-sequence the first in decoding order need not be the first that is shown.
    this.#sequence = sequence
    this.#baseCount = Math.min(...counts)
    this.#depth = settings.maxReorder ?? seenDepth(counts, this.#orderStep)
  }

  next({ frame, count, sequence }: OrderedPicture): { dts: number; pts: number } {
    const { dts } = frame
    this.#index++
    this.#dts[this.#index % keptPictures] = dts
    const from = Math.max(0, this.#index - 16)
    if (this.#index > from) {
      const step = (dts - this.#dts[from % keptPictures]!) / (this.#index - from)
      if (step > 0 && step < ticksPerSecond) this.#stepTicks = step
    }
    if (count === null) return { dts, pts: Math.max(dts, frame.pts) }
    if (sequence !== this.#sequence) {
      this.#sequence = sequence
      this.#baseIndex = this.#index
      this.#baseCount = count
    }
    if ((count - this.#baseCount) % this.#orderStep !== 0) this.#orderStep = 1
    const shownIndex = this.#baseIndex + Math.round((count - this.#baseCount) / this.#orderStep)
    this.#depth = Math.min(maxReorder, Math.max(this.#depth, this.#index - shownIndex))
    const pts = this.#between(sequence, count, Math.max(dts, Math.round(this.#dtsOf(shownIndex) + this.#depth * this.#stepTicks)))
    this.#shown.push({ sequence, count, pts })
    if (this.#shown.length > maxReorder) this.#shown.shift()
    return { dts, pts }
  }

  #dtsOf(index: number): number {
    if (index > this.#index) return this.#dts[this.#index % keptPictures]! + (index - this.#index) * this.#stepTicks
    const oldest = Math.max(0, this.#index - keptPictures + 1)
    if (index < oldest) return this.#dts[oldest % keptPictures]! - (oldest - index) * this.#stepTicks
    return this.#dts[index % keptPictures]!
  }

  /** Steps of uneven length must not turn two neighbours round. */
  #between(sequence: number, count: number, pts: number): number {
    let out = pts
    for (const other of this.#shown) {
      if (other.sequence === sequence && other.count > count) out = Math.min(out, other.pts - 1)
    }
    for (const other of this.#shown) {
      const isBefore = other.sequence < sequence || (other.sequence === sequence && other.count < count)
      if (isBefore) out = Math.max(out, other.pts + 1)
    }
    return out
  }
}

/** How much later than in the order of showing the first pictures come. */
function seenDepth(counts: readonly number[], orderStep: number): number {
  const first = Math.min(...counts)
  return Math.min(maxReorder, Math.max(0, ...counts.map((count, i) => Math.ceil(i - (count - first) / orderStep))))
}
