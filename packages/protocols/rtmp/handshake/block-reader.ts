/** Collects a fixed number of bytes out of reads of any size. It holds no more than `wanted` bytes. */
export class BlockReader {
  // bound: one block of the handshake, 1536 bytes
  #block: Uint8Array
  #filled = 0

  constructor(wantedBytes: number) {
    this.#block = new Uint8Array(wantedBytes)
  }

  /** Takes what it needs from `b` at `at`; the index after it. */
  consume(b: Uint8Array, at: number): number {
    const end = Math.min(b.length, at + this.#block.length - this.#filled)
    this.#block.set(b.subarray(at, end), this.#filled)
    this.#filled += end - at
    return end
  }

  get filledBytes(): number {
    return this.#filled
  }

  /** The whole block once it is full, else null. */
  get block(): Uint8Array | null {
    return this.#filled === this.#block.length ? this.#block : null
  }

  /** Starts over for another block. */
  restart(wantedBytes: number): void {
    this.#block = new Uint8Array(wantedBytes)
    this.#filled = 0
  }
}
