const firstBytes = 4096

/**
 * Gathers pieces of a message into one array, at most `maxBytes`: it doubles as it fills, so that a sender of single bytes costs no more than one
 * of large pieces. What does not fit is a verdict, never an error.
 */
export class BoundedBytes {
  readonly #maxBytes: number
  // bound: twice what was gathered, `append` refuses more than `maxBytes`
  #bytes = new Uint8Array(0)
  #length = 0

  constructor(maxBytes: number) {
    if (!(maxBytes >= 1)) throw new RangeError('there must be room for one byte')
    this.#maxBytes = maxBytes
  }

  get length(): number {
    return this.#length
  }

  /** Copies `piece` to the end. `full`: nothing was taken. */
  append(piece: Uint8Array): 'taken' | 'full' {
    const length = this.#length + piece.length
    if (length > this.#maxBytes) return 'full'
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#maxBytes, Math.max(firstBytes, length, 2 * this.#bytes.length)))
      grown.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = grown
    }
    this.#bytes.set(piece, this.#length)
    this.#length = length
    return 'taken'
  }

  /** All that was gathered: it is the caller's, and this begins anew. */
  take(): Uint8Array {
    const all = this.#bytes.subarray(0, this.#length)
    this.#bytes = new Uint8Array(0)
    this.#length = 0
    return all
  }
}
