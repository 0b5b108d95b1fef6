import { writeU16, writeU32 } from '@sluice/base/bytes'
import { Amf0Marker, AmfEcmaArray, type AmfObject, type AmfValue } from './value.ts'

const startBytes = 256
const maxShortTextBytes = 0xffff

/** What can be written: any value, and at the top level an object marked to go out as an ECMA array. */
export type AmfWritable = AmfValue | AmfEcmaArray

/** `values` one after another as AMF0. Names above 65535 bytes are cut there, which no caller reaches. Spec: AMF 0 §2 */
export function writeAmf0(values: readonly AmfWritable[]): Uint8Array {
  const writer = new Amf0Writer()
  for (const value of values) writer.writeValue(value)
  return writer.bytes
}

class Amf0Writer {
  // bound: one message of ours
  #out = new Uint8Array(startBytes)
  #length = 0

  get bytes(): Uint8Array {
    return this.#out.slice(0, this.#length)
  }

  writeValue(value: AmfWritable): void {
    if (value === null) this.#writeByte(Amf0Marker.null)
    else if (value === undefined) this.#writeByte(Amf0Marker.undefined)
    else if (typeof value === 'number') this.#writeDouble(Amf0Marker.number, value)
    else if (typeof value === 'boolean') {
      this.#writeByte(Amf0Marker.boolean)
      this.#writeByte(value ? 1 : 0)
    } else if (typeof value === 'string') this.#writeString(value)
    else if (value instanceof Date) {
      this.#writeDouble(Amf0Marker.date, value.getTime())
      this.#writeCount16(0)
    } else if (value instanceof AmfEcmaArray) {
      this.#writeByte(Amf0Marker.ecmaArray)
      this.#writeCount32(Object.keys(value.entries).length)
      this.#writeEntries(value.entries)
    } else if (Array.isArray(value)) {
      this.#writeByte(Amf0Marker.strictArray)
      this.#writeCount32(value.length)
      for (const item of value) this.writeValue(item)
    } else {
      this.#writeByte(Amf0Marker.object)
      this.#writeEntries(value)
    }
  }

  #writeEntries(object: AmfObject): void {
    for (const [name, value] of Object.entries(object)) {
      this.#writeShortText(utf8.encode(name).subarray(0, maxShortTextBytes))
      this.writeValue(value)
    }
    this.#writeCount16(0)
    this.#writeByte(Amf0Marker.objectEnd)
  }

  #writeString(value: string): void {
    const text = utf8.encode(value)
    if (text.length <= maxShortTextBytes) {
      this.#writeByte(Amf0Marker.string)
      this.#writeShortText(text)
      return
    }
    this.#writeByte(Amf0Marker.longString)
    this.#writeCount32(text.length)
    this.#writeBytes(text)
  }

  #writeShortText(text: Uint8Array): void {
    this.#writeCount16(text.length)
    this.#writeBytes(text)
  }

  #writeBytes(bytes: Uint8Array): void {
    const at = this.#advance(bytes.length)
    this.#out.set(bytes, at)
  }

  #writeDouble(marker: number, value: number): void {
    this.#writeByte(marker)
    const at = this.#advance(8)
    new DataView(this.#out.buffer).setFloat64(at, value)
  }

  #writeCount16(count: number): void {
    const at = this.#advance(2)
    writeU16(this.#out, at, count)
  }

  #writeCount32(count: number): void {
    const at = this.#advance(4)
    writeU32(this.#out, at, count)
  }

  #writeByte(value: number): void {
    const at = this.#advance(1)
    this.#out[at] = value
  }

  /** Makes room for `byteCount` more; the index where they go. `#out` may be another array afterwards. */
  #advance(byteCount: number): number {
    const at = this.#length
    this.#length += byteCount
    if (this.#length > this.#out.length) {
      const grown = new Uint8Array(Math.max(2 * this.#out.length, this.#length))
      grown.set(this.#out)
      this.#out = grown
    }
    return at
  }
}

const utf8 = new TextEncoder()
