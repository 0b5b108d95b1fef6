/**
 * Turns a counter of `bits` bits that wraps (RTMP 32, MPEG-TS 33, RTP 32 or 16) into one that does not, by the shortest way
 * from the value before. The first value is kept as it is; a step back stays a step back. Bits: 8..52.
 */
export class Unwrapper {
  readonly #range: number
  #last = Number.NaN

  constructor(bits: number) {
    this.#range = 2 ** bits
  }

  /** `value` 0..2^bits-1 -> the unwrapped value nearest to the one before; may be negative after a step back below the first wrap. */
  unwrap(value: number): number {
    this.#last = this.peek(value)
    return this.#last
  }

  /** As `unwrap`, and what comes next is still judged by the value before. */
  peek(value: number): number {
    if (Number.isNaN(this.#last)) return value
    const half = this.#range / 2
    const low = ((this.#last % this.#range) + this.#range) % this.#range
    let step = value - low
    if (step > half) step -= this.#range
    else if (step < -half) step += this.#range
    return this.#last + step
  }

  /** Forgets what was seen: the next value is a first one. */
  reset(): void {
    this.#last = Number.NaN
  }
}
