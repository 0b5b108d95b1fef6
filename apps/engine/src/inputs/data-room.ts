import { ticksPerSecond } from '@sluice/codecs/frame'

/** A caption or cue is some hundred bytes; a picture in one (onImageData) is more than destinations take. */
export const maxDataBytes = 32 * 1024
/** By the time of the media, so that timestamps that stand still give no room. */
export const maxDataPerS = 50
const maxBytesPerS = 64 * 1024

/** How much timed data one session may send. */
export class DataRoom {
  #second = Number.NaN
  #messages = 0
  #bytes = 0

  /** `mediaDts`: where the media has come to, 90 kHz. False: it is more than is carried. */
  admit(byteCount: number, mediaDts: number): boolean {
    const second = Math.floor(mediaDts / ticksPerSecond)
    if (second !== this.#second) {
      this.#second = second
      this.#messages = 0
      this.#bytes = 0
    }
    if (this.#messages >= maxDataPerS || this.#bytes + byteCount > maxBytesPerS) return false
    this.#messages++
    this.#bytes += byteCount
    return true
  }
}
