import { BoundedBytes } from '../bounded/index.ts'
import { concatBytes, readU32 } from '../bytes/index.ts'
import { WireError } from '../errors/index.ts'

const headBytes = 4

/**
 * Cuts a byte stream into records: 32 bits of length, then so many bytes. A record may be a view of what was pushed and is valid until the next
 * `push`. Throws WireError for a length of 0 or over `maxBytes`; what comes after that can't be read.
 */
export class RecordReader {
  readonly #maxBytes: number
  readonly #held: BoundedBytes
  /** Bytes that are missing before another look is worth it. */
  #neededBytes = headBytes

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#held = new BoundedBytes(maxBytes + headBytes)
  }

  push(bytes: Uint8Array, onRecord: (record: Uint8Array) => void): void {
    if (this.#held.length + bytes.length < this.#neededBytes) {
      this.#held.append(bytes)
      return
    }
    const b = this.#held.length === 0 ? bytes : concatBytes([this.#held.take(), bytes])
    let at = 0
    this.#neededBytes = headBytes
    while (b.length - at >= headBytes) {
      const bodyBytes = readU32(b, at)
      if (bodyBytes === 0 || bodyBytes > this.#maxBytes)
        throw new WireError('RECORD_LENGTH', at, `record is ${bodyBytes} bytes, not 1 to ${this.#maxBytes}`)
      if (b.length - at < headBytes + bodyBytes) {
        this.#neededBytes = headBytes + bodyBytes
        break
      }
      onRecord(b.subarray(at + headBytes, at + headBytes + bodyBytes))
      at += headBytes + bodyBytes
    }
    if (at < b.length) this.#held.append(b.subarray(at))
  }
}

/** A record of `bodyBytes` with its length written, and a view of its numbers. */
export function makeRecord(bodyBytes: number): { record: Uint8Array; view: DataView } {
  const record = new Uint8Array(headBytes + bodyBytes)
  const view = new DataView(record.buffer)
  view.setUint32(0, bodyBytes)
  return { record, view }
}

/** The numbers of a record that was read. Throws WireError when it has less than `minBytes`. */
export function viewOf(record: Uint8Array, minBytes: number, what: string): DataView {
  if (record.length < minBytes) throw new WireError('RECORD_SHORT', 0, `${what} is ${record.length} bytes, not ${minBytes} or more`)
  return new DataView(record.buffer, record.byteOffset, record.length)
}
