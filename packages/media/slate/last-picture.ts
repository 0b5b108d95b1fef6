import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'

/** A shorter stretch tells no bitrate. */
const leastTicks = ticksPerSecond / 2

/** Holds the programme's last key frame and its bitrate from key frame to key frame: what a slate is made of. One reference, no copy. */
export class LastPicture {
  #frame: Frame | null = null
  #bytes = 0
  #bitrateBps = 0

  get frame(): Frame | null {
    return this.#frame
  }
  /** Of all tracks together over the last whole GOP; 0 while unknown. */
  get bitrateBps(): number {
    return this.#bitrateBps
  }

  note(frame: Frame): void {
    if (frame.track.kind === 'video' && frame.track.id === 0 && frame.isKey) this.#keep(frame)
    this.#bytes += frame.bytes.length
  }

  clear(): void {
    this.#frame = null
    this.#bytes = 0
    this.#bitrateBps = 0
  }

  #keep(frame: Frame): void {
    const ticks = this.#frame === null ? 0 : frame.dts - this.#frame.dts
    if (ticks >= leastTicks) this.#bitrateBps = (this.#bytes * 8 * ticksPerSecond) / ticks
    this.#frame = frame
    this.#bytes = 0
  }
}
