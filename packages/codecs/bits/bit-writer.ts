/** Writes big-endian bit fields of a small record. */
export class BitWriter {
  // bound: one header, whose writer ends
  readonly #bytes: number[] = []
  #bit = 0

  /** Appends the low `count` bits of `value`; `count` 0..32. Gives itself back, so that a record reads as one chain. */
  writeBits(value: number, count: number): this {
    for (let left = count - 1; left >= 0; left--) {
      if (this.#bit % 8 === 0) this.#bytes.push(0)
      const one = Math.floor(value / 2 ** left) % 2
      const last = this.#bytes.length - 1
      if (one !== 0) this.#bytes[last] = this.#bytes[last]! | (0x80 >>> (this.#bit % 8))
      this.#bit++
    }
    return this
  }

  /** Fills with zero bits up to the next byte boundary. */
  alignToByte(): this {
    return this.writeBits(0, (8 - (this.#bit % 8)) % 8)
  }

  /** Appends whole bytes; call it on a byte boundary or they are shifted in bit by bit. */
  writeBytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.writeBits(byte, 8)
    return this
  }

  /** What was written, the last byte filled with zero bits: a fresh array. */
  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}
