import { ticksPerSecond } from '@sluice/codecs/frame'

/** Frames a second as a fraction: 30000/1001 for 29.97. */
export type Rate = { readonly num: number; readonly den: number }

/**
 * Where the pictures of one frame rate stand in programme time: slot n at `zeroDts` + n x 90000 x den / num, rounded to a tick. Nothing re-anchors
 * it, so that rungs, and children one after the other, agree on every slot. Slots before zero have negative numbers.
 */
export class SlotGrid {
  readonly rate: Rate
  readonly #zeroDts: number
  /** Ticks from one slot to the next, not rounded. */
  readonly slotTicks: number

  constructor(zeroDts: number, rate: Rate) {
    this.#zeroDts = zeroDts
    this.rate = rate
    this.slotTicks = (ticksPerSecond * rate.den) / rate.num
  }

  /** Programme time of a slot. Whole seconds are taken out first: the product alone leaves the exact numbers after some days. */
  dtsOf(slot: number): number {
    const { num, den } = this.rate
    const rounds = Math.floor(slot / num)
    return this.#zeroDts + rounds * ticksPerSecond * den + Math.round(((slot - rounds * num) * ticksPerSecond * den) / num)
  }

  /** The first slot that is not before `dts`. */
  firstFrom(dts: number): number {
    let slot = Math.floor((dts - this.#zeroDts) / this.slotTicks) - 1
    while (this.dtsOf(slot) < dts) slot++
    return slot
  }

  /** Slots from one key frame to the next: 60 at 29.97 for 2 s. */
  gopSlots(gopMs: number): number {
    return Math.max(1, Math.round((gopMs * this.rate.num) / (1000 * this.rate.den)))
  }
}

/** Place of a slot in its GOP, 0 for the key frame; slots before zero count up too. */
export const placeInGop = (slot: number, gopSlots: number): number => ((slot % gopSlots) + gopSlots) % gopSlots
