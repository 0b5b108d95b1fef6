/**
 * Reads big-endian bit fields of a header. Past the end every read gives 0 and `isShort` stays true from then on, so that a
 * parser reads straight through and asks once; loops must be bounded by a limit of their own. Holds a view, copies nothing.
 */
export class BitReader {
  readonly #bytes: Uint8Array
  readonly #endBit: number
  #bit: number
  #isShort = false

  /** `at`: byte to start from. */
  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#endBit = bytes.length * 8
    this.#bit = at * 8
  }

  /** Something was read that is not there: all values since are worthless. */
  get isShort(): boolean {
    return this.#isShort
  }

  /** Bits not yet read, 0 when short. */
  get bitsLeft(): number {
    return Math.max(0, this.#endBit - this.#bit)
  }

  /** Byte that holds the next bit; equals the length at the end. */
  get offset(): number {
    return Math.min(this.#bit >>> 3, this.#bytes.length)
  }

  /** The next `count` bits as an unsigned number; `count` 0..32. */
  readBits(count: number): number {
    if (!this.#advance(count)) return 0
    let value = 0
    let left = count
    let bit = this.#bit - count
    while (left > 0) {
      const inByte = bit & 7
      const step = Math.min(8 - inByte, left)
      const part = (this.#bytes[bit >>> 3]! >>> (8 - inByte - step)) & ((1 << step) - 1)
      value = value * 2 ** step + part
      bit += step
      left -= step
    }
    return value
  }

  readFlag(): boolean {
    return this.readBits(1) === 1
  }

  /** Passes over `count` bits, any number of them. */
  skipBits(count: number): void {
    this.#advance(count)
  }

  /** Goes on to the next byte boundary, if not at one. */
  alignToByte(): void {
    this.#advance((8 - (this.#bit & 7)) & 7)
  }

  /** The next `count` whole bytes from the present byte boundary: a view. Empty when they are not there. */
  readBytes(count: number): Uint8Array {
    this.alignToByte()
    const at = this.#bit >>> 3
    return this.#advance(count * 8) ? this.#bytes.subarray(at, at + count) : new Uint8Array(0)
  }

  /** Unsigned Exp-Golomb code, 0..2^32-2. Spec: ITU-T H.264 §9.1 */
  readUe(): number {
    let zeros = 0
    while (!this.readFlag()) {
      if (this.#isShort || ++zeros > 31) {
        this.#isShort = true
        return 0
      }
    }
    return 2 ** zeros - 1 + this.readBits(zeros)
  }

  /** Signed Exp-Golomb code. Spec: ITU-T H.264 §9.1.1 */
  readSe(): number {
    const code = this.readUe()
    return code % 2 === 1 ? (code + 1) / 2 : 0 - code / 2
  }

  /** False: not enough bits; the reader then stands at the end for good. */
  #advance(count: number): boolean {
    this.#bit += count
    if (this.#bit <= this.#endBit && !this.#isShort) return true
    this.#bit = this.#endBit
    this.#isShort = true
    return false
  }
}
