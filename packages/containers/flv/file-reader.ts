import { BoundedBytes } from '@sluice/base/bounded'
import { concatBytes, readU24, readU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { type FlvKind, FlvTagType } from './constants.ts'

/** Takes one tag of a file: `body` may be a view of the bytes pushed. `timestampMs` 0..0xffffffff. */
export type FlvTagSink = (kind: FlvKind, timestampMs: number, body: Uint8Array) => void

const kinds: { readonly [type: number]: FlvKind } = {
  [FlvTagType.audio]: 'audio',
  [FlvTagType.video]: 'video',
  [FlvTagType.data]: 'data',
}
const fileHeaderBytes = 9
const maxFileHeaderBytes = 1024
const tagHeaderBytes = 11
const backPointerBytes = 4
/** A body has at most 16 MiB, its length is 24 bits. */
const maxTagBytes = 2 ** 24 + 64

/** Reads an FLV file or HTTP-FLV stream piece by piece. Holds at most one tag (16 MiB) that is not yet whole. Spec: FLV 10.1 §E.2 to §E.4 */
export class FlvFileReader {
  readonly #rest = new BoundedBytes(maxTagBytes)
  #need = fileHeaderBytes
  #hasHeader = false

  /** Takes the next bytes and gives every tag that is whole by now. Throws WireError when the file does not start as FLV. */
  push(bytes: Uint8Array, onTag: FlvTagSink): void {
    if (this.#rest.length + bytes.length < this.#need) {
      this.#rest.append(bytes)
      return
    }
    const b = this.#rest.length === 0 ? bytes : concatBytes([this.#rest.take(), bytes])
    let at = 0
    for (;;) {
      this.#need = this.#hasHeader ? nextTagBytes(b, at) : headerBytes(b)
      if (at + this.#need > b.length) break
      if (this.#hasHeader) giveTag(b, at, onTag)
      this.#hasHeader = true
      at += this.#need
    }
    if (at < b.length) this.#rest.append(b.subarray(at))
  }
}

/** Bytes of the file header with the back pointer behind it, or what it takes to know. */
function headerBytes(b: Uint8Array): number {
  if (b.length < fileHeaderBytes) return fileHeaderBytes
  if (b[0] !== 0x46 || b[1] !== 0x4c || b[2] !== 0x56) throw new WireError('FLV_HEADER', 0, 'the file does not start with "FLV"')
  const offset = readU32(b, 5)
  if (offset < fileHeaderBytes || offset > maxFileHeaderBytes) {
    throw new WireError('FLV_HEADER', 5, `FLV header of ${offset} bytes, ${fileHeaderBytes} expected`)
  }
  return offset + backPointerBytes
}

/** Bytes of the tag at `at` with its back pointer, or what it takes to know. */
function nextTagBytes(b: Uint8Array, at: number): number {
  return at + tagHeaderBytes > b.length ? tagHeaderBytes : tagHeaderBytes + readU24(b, at + 1) + backPointerBytes
}

/** Tags of other types, and encrypted ones (filter bit), are passed over. */
function giveTag(b: Uint8Array, at: number, onTag: FlvTagSink): void {
  const kind = kinds[b[at]!]
  if (kind === undefined) return
  const timestampMs = ((b[at + 7]! << 24) | readU24(b, at + 4)) >>> 0
  onTag(kind, timestampMs, b.subarray(at + tagHeaderBytes, at + tagHeaderBytes + readU24(b, at + 1)))
}
