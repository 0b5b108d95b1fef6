/** Most of a frame's caption data: 31 triplets. Spec: ATSC A/53 part 4 §6.2.3 */
const maxBytes = 31 * 3

/** Captions of pictures that are left out go with the next one that is not; a picture that is repeated has them once. */
export class CaptionCarry {
  // bound: maxBytes, add takes no more
  #bytes: Uint8Array = new Uint8Array(0)

  add(triplets: Uint8Array | null): void {
    if (triplets === null || triplets.length === 0) return
    const kept = new Uint8Array(Math.min(maxBytes, this.#bytes.length + triplets.length))
    kept.set(this.#bytes)
    kept.set(triplets.subarray(0, kept.length - this.#bytes.length), this.#bytes.length)
    this.#bytes = kept
  }

  take(): Uint8Array | null {
    const bytes = this.#bytes
    if (bytes.length === 0) return null
    this.#bytes = new Uint8Array(0)
    return bytes
  }
}
