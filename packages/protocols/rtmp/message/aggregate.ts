import { readU24 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

const tagHeaderBytes = 11
const backPointerBytes = 4

/**
 * Splits an Aggregate message into the messages in it, in order. Their timestamps count on from the aggregate's own: the first
 * one's is the aggregate's, whatever it says. `visit` gets a view of `body`. Throws WireError when a part leaves the body.
 * A last part without back pointer is taken, as ffmpeg does. Spec: RTMP 1.0 §7.1.6
 */
export function readAggregate(
  body: Uint8Array,
  timestampMs: number,
  visit: (type: number, timestampMs: number, body: Uint8Array) => void,
): void {
  let at = 0
  let firstMs: number | null = null
  while (at < body.length) {
    if (at + tagHeaderBytes > body.length) {
      throw new WireError('RTMP_AGGREGATE', at, `an aggregate's part header needs ${tagHeaderBytes} bytes and ${body.length - at} are left`)
    }
    const partBytes = readU24(body, at + 1)
    const partMs = readU24(body, at + 4) + body[at + 7]! * 0x1000000
    const from = at + tagHeaderBytes
    if (from + partBytes > body.length) {
      throw new WireError('RTMP_AGGREGATE', at, `an aggregate's part has ${partBytes} bytes and ${body.length - from} are left`)
    }
    firstMs ??= partMs
    visit(body[at]!, (timestampMs + partMs - firstMs) >>> 0, body.subarray(from, from + partBytes))
    at = from + partBytes + backPointerBytes
  }
}
