import type { PictureOrderFields } from './picture-syntax.ts'

/**
 * Unwraps the order counts of one track's pictures, in decoding order. Counts of one coded video sequence rise in the order in which
 * pictures are shown. Spec: ITU-T H.264 §8.2.1.1, H.265 §8.3.1
 */
export class PictureOrderCount {
  #anchorMsb = 0
  #anchorLsb = 0

  next({ isReset, isAnchor, lsb, lsbBits, delta }: PictureOrderFields): number {
    const range = 2 ** lsbBits
    if (isReset) this.#anchorMsb = this.#anchorLsb = 0
    let msb = this.#anchorMsb
    if (!isReset && lsb < this.#anchorLsb && this.#anchorLsb - lsb >= range / 2) msb += range
    else if (!isReset && lsb > this.#anchorLsb && lsb - this.#anchorLsb > range / 2) msb -= range
    if (isReset) msb = 0
    if (isAnchor) {
      this.#anchorMsb = msb
      this.#anchorLsb = lsb
    }
    return msb + lsb + delta
  }
}
