import { type Frame, ticksPerMs } from '@sluice/codecs/frame'
import type { PesItem } from './pes-item.ts'

/** Far below the 65535 bytes that the length field of an audio PES packet can say. */
const maxGroupBytes = 8192
/** A timestamp this far from what counting gives is kept by a PES packet of its own; nearer, it is the rounding of RTMP's milliseconds. */
const toleranceTicks = ticksPerMs

/** Gathers the frames of one audio stream into PES packets of several, which saves transport packets. */
export class AudioGroup {
  readonly #maxTicks: number
  // bound: `maxGroupBytes`, a PES packet is given out when full
  #pieces: Uint8Array[] = []
  #first: PesItem | null = null
  #bytes = 0
  #nextPts = 0

  /** `maxTicks`: longest span of a group, in 90 kHz ticks. */
  constructor(maxTicks: number) {
    this.#maxTicks = maxTicks
  }

  /** Adds one frame's item, `frameTicks` long; says which PES packets are whole now. */
  offer(item: PesItem, frameTicks: number): PesItem[] {
    const fits = Math.abs(item.pts - this.#nextPts) <= toleranceTicks && this.#bytes + item.payloadBytes <= maxGroupBytes
    const out = fits ? [] : this.take()
    if (this.#first === null) {
      this.#first = item
      this.#nextPts = item.pts
    }
    this.#pieces.push(...item.pieces)
    this.#bytes += item.payloadBytes
    this.#nextPts += frameTicks
    return this.#nextPts + frameTicks - this.#first.pts > this.#maxTicks ? [...out, ...this.take()] : out
  }

  /** True when a frame at `dts` of another stream shows that the group has waited long enough. */
  isDue(dts: Frame['dts']): boolean {
    return this.#first !== null && dts - this.#first.pts >= this.#maxTicks
  }

  /** What has been gathered, if anything; the group is empty then. */
  take(): PesItem[] {
    if (this.#first === null) return []
    const item = { ...this.#first, pieces: this.#pieces, payloadBytes: this.#bytes }
    this.#first = null
    this.#pieces = []
    this.#bytes = 0
    return [item]
  }
}
