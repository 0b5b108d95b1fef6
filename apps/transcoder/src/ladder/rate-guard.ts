import type { RungVideo } from '@sluice/contract/link'

/**
 * What may stand over the bitrate before pictures are left out, in seconds of it: with the picture that goes over, ten seconds stay within 5 %.
 * x264 keeps its half a second by itself, and takes a second to follow a bitrate that is lowered in mid-stream: it is left alone.
 */
const burstSeconds: Readonly<Record<RungVideo['codec'], number>> = { h264: Number.POSITIVE_INFINITY, h265: 0.45, av1: 0.35 }
/** Off by no more than this an encoder is left as it is. */
const steady = { over: 1.1, under: 1 } as const
/** Under this share of its bitrate the pictures are easy, and say nothing of what the encoder makes of hard ones. */
const leastTelling = 0.5
/** Of noise SVT-AV1 makes 318, 848 and 1789 kbps where 100, 350 and 1000 were asked for: less than in proportion. */
const answerPower = 0.8
/** A little more than there is room for: the pictures left out for it are few, and less would be given away. */
const aim = 1.05
const lowestFactor = 0.1
const leastPictures = 10
const firstFactor = 0.6
/** Pictures left out in a row at most: less than a quarter of them is no motion. */
const longestHole = 3
const highestRise = 1.4

/**
 * Holds a rung to its bitrate whatever its encoder makes of it: says which pictures are to be left out, and what to ask the next encoder for so
 * that none has to be. Pure: times in slots.
 */
export class RateGuard {
  #slotBits = 0
  #burstBits = 0
  #levelBits = 0
  #atSlot: number | null = null
  #leftOut = 0
  #isAsked = false
  #gop = { pictures: 0, bits: 0 }
  #factor = firstFactor

  /** Of the rung's bitrate: what the encoder is to be opened with. */
  get factor(): number {
    return this.#factor
  }

  setRate({ codec, bitrateKbps, fps }: Pick<RungVideo, 'codec' | 'bitrateKbps' | 'fps'>): void {
    this.#slotBits = (bitrateKbps * 1000 * fps.den) / fps.num
    this.#burstBits = bitrateKbps * 1000 * burstSeconds[codec]
    // What stood there under another bitrate is not this one's to make up for.
    this.#levelBits = Math.min(this.#levelBits, this.#burstBits)
  }

  /** There is no room for a picture in this slot: asked once for each. */
  isOver(slot: number): boolean {
    this.#drainTo(slot)
    const isOver = this.#levelBits > this.#burstBits && this.#leftOut < longestHole
    this.#leftOut = isOver ? this.#leftOut + 1 : 0
    return isOver
  }

  /** A picture left. */
  note(slot: number, isKey: boolean, byteCount: number): void {
    this.#drainTo(slot)
    this.#levelBits += byteCount * 8
    if (isKey) {
      this.#judgeGop()
      this.#gop = { pictures: 0, bits: 0 }
    }
    this.#gop.pictures++
    this.#gop.bits += byteCount * 8
  }

  /** The encoder is another one, and what it makes of pictures is not known. */
  reset(): void {
    this.#factor = firstFactor
    this.#gop = { pictures: 0, bits: 0 }
  }

  #drainTo(slot: number): void {
    const slots = this.#atSlot === null ? 0 : Math.max(0, slot - this.#atSlot)
    this.#atSlot = slot
    this.#levelBits = Math.max(0, this.#levelBits - slots * this.#slotBits)
  }

  #judgeGop(): void {
    const { pictures, bits } = this.#gop
    // The encoder that the last judgement asked for takes over with this key frame only.
    const isNew = this.#isAsked
    this.#isAsked = false
    // A short GOP is its key frame and little else.
    if (isNew || pictures < leastPictures) return
    const share = bits / (pictures * this.#slotBits)
    const before = this.#factor
    if (share > steady.over) this.#factor = Math.max(lowestFactor, this.#factor * (aim / share) ** answerPower)
    else if (share > leastTelling && share < steady.under) this.#factor = Math.min(1, this.#factor * Math.min(highestRise, aim / share))
    this.#isAsked = this.#factor !== before
  }
}
