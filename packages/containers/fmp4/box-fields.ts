import { readU16, readU32, readU64 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import type { Mp4Box } from './read-box.ts'

/** Reads the fields of one box in turn; throws WireError at its end. */
export class BoxFields {
  readonly #bytes: Uint8Array
  readonly #box: Mp4Box
  #at: number

  constructor(bytes: Uint8Array, box: Mp4Box) {
    this.#bytes = bytes
    this.#box = box
    this.#at = box.bodyAt
  }

  get leftBytes(): number {
    return this.#box.end - this.#at
  }

  readU8(): number {
    return this.#bytes[this.#advance(1)]!
  }

  readU16(): number {
    return readU16(this.#bytes, this.#advance(2))
  }

  readU32(): number {
    return readU32(this.#bytes, this.#advance(4))
  }

  readU64(): number {
    return readU64(this.#bytes, this.#advance(8))
  }

  /** A view of the next `count` bytes. */
  readBytes(count: number): Uint8Array {
    const at = this.#advance(count)
    return this.#bytes.subarray(at, at + count)
  }

  skip(count: number): this {
    this.#advance(count)
    return this
  }

  #advance(count: number): number {
    const at = this.#at
    if (at + count > this.#box.end) throw new WireError('FMP4_BOX', at, `box "${this.#box.type}" ends at byte ${this.#box.end}`)
    this.#at += count
    return at
  }
}
