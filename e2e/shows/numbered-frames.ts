import { writeU32 } from '@sluice/base/bytes'
import type { Frame } from '@sluice/codecs/frame'
import { makeVideoTrack } from '@sluice/testkit/frames'

export const fps = 25
export const gopFrames = 25
export const numberedTrack = makeVideoTrack()

const nalLengthBytes = 4
const headerBytes = nalLengthBytes + 1
/** Seven bits to a byte, with the highest bit set: no byte is zero, so that the number is the same in FLV and in MPEG-TS. */
const numberBytes = 5
const stampBytes = 7

function writeHighBits(body: Uint8Array, at: number, byteCount: number, value: number): void {
  for (let i = byteCount - 1, left = value; i >= 0; i--, left = Math.floor(left / 128)) body[at + i] = 0x80 | (left % 128)
}

function readHighBits(body: Uint8Array, at: number, byteCount: number): number {
  let value = 0
  for (let i = 0; i < byteCount; i++) value = value * 128 + (body[at + i]! & 0x7f)
  return value
}

/** A picture that carries its number and the millisecond in which it was made: a lost one is seen at the far end whatever its timestamp. */
export function makeNumberedFrame(number: number, bytes: number, nowMs: number, dts = (number * 90_000) / fps): Frame {
  const body = new Uint8Array(bytes).fill(0xff)
  const isKey = number % gopFrames === 0
  writeU32(body, 0, bytes - nalLengthBytes)
  body[nalLengthBytes] = isKey ? 0x65 : 0x41
  writeHighBits(body, headerBytes, numberBytes, number)
  writeHighBits(body, headerBytes + numberBytes, stampBytes, Math.round(nowMs))
  return { track: numberedTrack, dts, pts: dts, isKey, bytes: body }
}

/** Number and time of a frame as a demuxer gives it, or null for a picture of somebody else. A delimiter and parameter sets may stand before it. */
export function readNumberedFrame({ bytes }: Frame): { number: number; madeMs: number } | null {
  for (let at = 0; at + headerBytes + numberBytes + stampBytes <= bytes.length; ) {
    const length = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
    const type = bytes[at + nalLengthBytes]! & 0x1f
    if (type === 1 || type === 5) {
      const from = at + headerBytes
      const isOurs = bytes.subarray(from, from + numberBytes + stampBytes).every((byte) => byte >= 0x80) && bytes.at(-1) === 0xff
      if (!isOurs) return null
      return { number: readHighBits(bytes, from, numberBytes), madeMs: readHighBits(bytes, from + numberBytes, stampBytes) }
    }
    at += nalLengthBytes + length
  }
  return null
}
