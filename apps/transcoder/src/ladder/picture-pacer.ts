import type { SlotGrid } from './slot-grid.ts'

/** What a picture that came does to the slots. `repeats`: slots that show the picture before it, from `at` to before `end`. `slot`: the one that shows it now. */
export type Pacing = { readonly repeats: { readonly at: number; readonly end: number }; readonly slot: number | null }

/** A hole longer than this is not filled after the fact: the source was away. */
const maxFillTicks = 10 * 90_000
/** Steps of tolerance, as shares of a slot: how much later than its slot a picture may be and still stand in it. */
const tolerances = [0, 0.25, 0.5] as const
/** A picture so close to the limits of its slot would go to and fro with the jitter of its time stamp. */
const edge = 0.125

/**
 * Gives each slot the newest picture that is not later than it: repeats one where the source is slower, leaves one out where it is faster. Time
 * stamps are rounded on their way (RTMP: to a millisecond), so that "later" has a tolerance; it moves by itself when pictures come to stand
 * near it, for a source whose phase is not that of the slots. Pure: times in ticks of 1/90000 s.
 */
export class PicturePacer {
  readonly grid: SlotGrid
  #nextSlot: number | null = null
  #lastPts: number | null = null
  #pictureTicks: number | null = null
  #step = 1

  constructor(grid: SlotGrid) {
    this.grid = grid
  }

  /** The slot that is to be filled next; null: no picture was shown. */
  get nextSlot(): number | null {
    return this.#nextSlot
  }

  /** No slot before this is filled. After a hole, and at the first picture. */
  startFrom(dts: number): void {
    this.#nextSlot = Math.max(this.#nextSlot ?? Number.NEGATIVE_INFINITY, this.grid.firstFrom(dts))
  }

  /** The pictures that follow are another source's. */
  resetSource(): void {
    this.#lastPts = null
    this.#pictureTicks = null
  }

  /** A picture to be shown at `pts`. */
  offer(pts: number): Pacing {
    this.#notePicture(pts)
    const lateness = this.#toleranceTicks
    const from = this.#nextSlot
    if (from === null) {
      const slot = this.grid.firstFrom(pts - lateness)
      this.#nextSlot = slot + 1
      return { repeats: { at: slot, end: slot }, slot }
    }
    const own = this.grid.firstFrom(pts - lateness)
    const isHole = own - from > maxFillTicks / this.grid.slotTicks
    const repeats = isHole || own <= from ? { at: from, end: from } : { at: from, end: own }
    const at = Math.max(from, own)
    this.#nextSlot = at
    // The one after this is still not later than the slot: it is the newer one.
    const isBeaten = this.#pictureTicks !== null && pts + this.#pictureTicks <= this.grid.dtsOf(at) + lateness
    if (isBeaten || pts > this.grid.dtsOf(at) + lateness) return { repeats, slot: null }
    this.#nextSlot = at + 1
    this.#moveTolerance(pts - this.grid.dtsOf(at))
    return { repeats, slot: at }
  }

  /** No picture came: slots up to `dts` repeat the last one. */
  repeatUntil(dts: number): Pacing['repeats'] {
    const at = this.#nextSlot
    if (at === null) return { at: 0, end: 0 }
    const end = Math.max(at, this.grid.firstFrom(dts + 1))
    if (end - at > maxFillTicks / this.grid.slotTicks) {
      this.#nextSlot = end
      return { at: end, end }
    }
    this.#nextSlot = end
    return { at, end }
  }

  get #toleranceTicks(): number {
    return tolerances[this.#step]! * this.grid.slotTicks
  }

  #notePicture(pts: number): void {
    const ticks = this.#lastPts === null ? null : pts - this.#lastPts
    this.#lastPts = pts
    // The shortest distance is the source's; longer ones have holes. It forgets slowly, for a source that became slower.
    if (ticks !== null && ticks > 0) this.#pictureTicks = this.#pictureTicks === null ? ticks : Math.min(ticks, this.#pictureTicks * 1.02)
  }

  #moveTolerance(leadTicks: number): void {
    const late = leadTicks / this.grid.slotTicks
    const limit = tolerances[this.#step]!
    if (late > limit - edge && this.#step < tolerances.length - 1) this.#step++
    else if (late < limit - 1 + edge && this.#step > 0) this.#step--
  }
}
