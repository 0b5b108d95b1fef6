import { readU16, readU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { Amf0Marker, type AmfObject, type AmfValue } from './value.ts'

/** Nesting that a peer may use. Commands and metadata of real encoders stay under 4. */
const maxDepth = 16
/** Values that one body may hold. The largest metadata seen (multitrack, one object a track) has under 400. */
const maxValues = 4096

/**
 * All AMF0 values from `at` to the end of `body`, or to a top-level value in AMF3. Throws WireError on a type that is not AMF0's, on nesting deeper than 16, on
 * more than 4096 values, and on a value that leaves the body. Spec: AMF 0 §2
 */
export function readAmf0(body: Uint8Array, at = 0): AmfValue[] {
  return new Amf0Reader(body, at).readAll()
}

/** Reads values one by one. */
export class Amf0Reader {
  readonly #body: Uint8Array
  readonly #view: DataView
  #at: number
  #values = 0

  constructor(body: Uint8Array, at = 0) {
    this.#body = body
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength)
    this.#at = at
  }

  /** Index of the next value. */
  get at(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#body.length
  }

  /** All values up to the end, or up to one that switches to AMF3, which is left unread with all after it. */
  readAll(): AmfValue[] {
    const values: AmfValue[] = []
    while (!this.isAtEnd && this.#body[this.#at] !== Amf0Marker.avmPlus) values.push(this.readValue())
    return values
  }

  /** The next value with all that it holds. */
  readValue(depth = 0): AmfValue {
    if (depth > maxDepth) throw new WireError('RTMP_AMF_DEPTH', this.#at, `AMF0 values are nested deeper than ${maxDepth}`)
    if (++this.#values > maxValues) throw new WireError('RTMP_AMF_VALUES', this.#at, `more than ${maxValues} AMF0 values in one body`)
    const markerAt = this.#advance(1)
    const marker = this.#body[markerAt]!
    switch (marker) {
      case Amf0Marker.number:
        return this.#view.getFloat64(this.#advance(8))
      case Amf0Marker.boolean:
        return this.#body[this.#advance(1)] !== 0
      case Amf0Marker.string:
        return this.#readText(readU16(this.#body, this.#advance(2)))
      case Amf0Marker.longString:
      case Amf0Marker.xmlDocument:
        return this.#readText(readU32(this.#body, this.#advance(4)))
      case Amf0Marker.object:
        return this.#readObject(depth)
      case Amf0Marker.ecmaArray:
        this.#advance(4) // a count that encoders get wrong (ffmpeg's own reader ignores it): the end marker rules
        return this.#readObject(depth)
      case Amf0Marker.typedObject:
        this.#readText(readU16(this.#body, this.#advance(2)))
        return this.#readObject(depth)
      case Amf0Marker.strictArray:
        return this.#readArray(depth)
      case Amf0Marker.date:
        return this.#readDate()
      case Amf0Marker.null:
        return null
      case Amf0Marker.undefined:
      case Amf0Marker.unsupported:
        return undefined
      default:
        // References are refused on purpose: no encoder writes them, and they make cycles.
        throw new WireError('RTMP_AMF_TYPE', markerAt, `AMF0 type ${marker} is unknown or not allowed here`)
    }
  }

  #readObject(depth: number): AmfObject {
    const object: AmfObject = Object.create(null)
    // Some cameras leave the end marker out when the object ends the body (ffmpeg tolerates that too).
    while (!this.isAtEnd) {
      const nameBytes = readU16(this.#body, this.#advance(2))
      if (nameBytes === 0 && this.#body[this.#at] === Amf0Marker.objectEnd) {
        this.#advance(1)
        break
      }
      const name = this.#readText(nameBytes)
      object[name] = this.readValue(depth + 1)
    }
    return object
  }

  #readArray(depth: number): AmfValue[] {
    const countAt = this.#advance(4)
    const count = readU32(this.#body, countAt)
    const leftBytes = this.#body.length - this.#at
    if (count > leftBytes) throw new WireError('RTMP_AMF_SHORT', countAt, `an AMF0 array of ${count} values has ${leftBytes} bytes left`)
    const values: AmfValue[] = []
    for (let i = 0; i < count; i++) values.push(this.readValue(depth + 1))
    return values
  }

  #readDate(): Date {
    const at = this.#advance(10) // milliseconds as a double, then a time zone that the spec reserves
    return new Date(this.#view.getFloat64(at))
  }

  #readText(byteCount: number): string {
    const at = this.#advance(byteCount)
    return utf8.decode(this.#body.subarray(at, at + byteCount))
  }

  /** Moves on by `byteCount`; the index before. */
  #advance(byteCount: number): number {
    const at = this.#at
    if (at + byteCount > this.#body.length) {
      throw new WireError('RTMP_AMF_SHORT', at, `an AMF0 value needs ${byteCount} bytes and ${this.#body.length - at} are left`)
    }
    this.#at = at + byteCount
    return at
  }
}

// A byte order mark is a character of the text here: a name must come out as it went in.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
