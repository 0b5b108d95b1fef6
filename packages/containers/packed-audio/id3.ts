import { readU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

/** What stands before the sound of a segment: `endAt` is where the sound begins, `timestamp90k` when it is heard, null where no tag says it. */
export type Id3Tags = { readonly endAt: number; readonly timestamp90k: number | null }

const headerBytes = 10
const frameHeaderBytes = 10
const extendedFlag = 0x40
const footerFlag = 0x10
/** Owner of the private frame that holds the timestamp, and its zero byte. Spec: RFC 8216 §3.4 */
const owner = 'com.apple.streaming.transportStreamTimestamp\0'
const timestampBytes = 8
/** Packagers write one tag, or one for the time and one for the metadata. */
const maxTags = 8
/** One tag has some dozens of frames, pictures included. */
const maxFrames = 256

/** Whether `b` begins with an ID3v2 tag. */
export const hasId3 = (b: Uint8Array): boolean => b.length >= headerBytes && b[0] === 0x49 && b[1] === 0x44 && b[2] === 0x33

/**
 * Reads the ID3v2.3 or v2.4 tags at the start of `b`, of which the timestamp alone is kept. None is no error. Throws WireError when a tag runs over
 * the end. Spec: RFC 8216 §3.4, ID3v2.4.0 §3, §4.27
 */
export function readId3Tags(b: Uint8Array): Id3Tags {
  let endAt = 0
  let timestamp90k: number | null = null
  for (let tag = 0; hasId3(b.subarray(endAt)); tag++) {
    if (tag === maxTags) throw new WireError('PACKED_ID3', endAt, `more than ${maxTags} ID3 tags before the sound`)
    const version = b[endAt + 3]!
    const flags = b[endAt + 5]!
    const end = endAt + headerBytes + readSynchsafe(b, endAt + 6) + ((flags & footerFlag) !== 0 && version >= 4 ? headerBytes : 0)
    if (end > b.length) throw new WireError('PACKED_ID3', endAt, `an ID3 tag ends at byte ${end} of ${b.length}`)
    if (version === 3 || version === 4) timestamp90k = readTimestamp(b, endAt + headerBytes, end, version, flags) ?? timestamp90k
    endAt = end
  }
  return { endAt, timestamp90k }
}

function readTimestamp(b: Uint8Array, from: number, end: number, version: number, flags: number): number | null {
  // The size of an extended header counts itself from v2.4 on.
  let at = (flags & extendedFlag) === 0 ? from : from + (version >= 4 ? readSynchsafe(b, from) : 4 + readU32(b, from))
  for (let frame = 0; frame < maxFrames && at + frameHeaderBytes <= end && b[at] !== 0; frame++) {
    const size = version >= 4 ? readSynchsafe(b, at + 4) : readU32(b, at + 4)
    const bodyAt = at + frameHeaderBytes
    if (bodyAt + size > end) return null
    const isOwn = asciiOf(b, at, 4) === 'PRIV' && size === owner.length + timestampBytes && asciiOf(b, bodyAt, owner.length) === owner
    if (isOwn) return read33(b, bodyAt + owner.length)
    at = bodyAt + size
  }
  return null
}

/** The upper 31 bits are zero. Spec: RFC 8216 §3.4 */
const read33 = (b: Uint8Array, at: number): number => (readU32(b, at) & 1) * 0x1_0000_0000 + readU32(b, at + 4)

/** Four bytes of 7 bits. Spec: ID3v2.4.0 §6.2 */
const readSynchsafe = (b: Uint8Array, at: number): number =>
  ((b[at]! & 0x7f) << 21) | ((b[at + 1]! & 0x7f) << 14) | ((b[at + 2]! & 0x7f) << 7) | (b[at + 3]! & 0x7f)

const asciiOf = (b: Uint8Array, at: number, count: number): string => String.fromCharCode(...b.subarray(at, at + count))

const utf8 = 3

/** An ID3v2.4 tag with one text of the user's own. Spec: ID3v2.4.0 §3.1, §4.2.6 */
export function writeId3Text(description: string, text: string): Uint8Array {
  const body = new TextEncoder().encode(`${description}\0${text}`)
  const frameBytes = 1 + body.length
  const out = new Uint8Array(headerBytes + frameHeaderBytes + frameBytes)
  out.set([0x49, 0x44, 0x33, 4, 0, 0, ...synchsafe(frameHeaderBytes + frameBytes)])
  out.set([...'TXXX'].map((letter) => letter.charCodeAt(0)).concat(synchsafe(frameBytes), [0, 0, utf8]), headerBytes)
  out.set(body, headerBytes + frameHeaderBytes + 1)
  return out
}

const synchsafe = (value: number): number[] => [(value >>> 21) & 0x7f, (value >>> 14) & 0x7f, (value >>> 7) & 0x7f, value & 0x7f]
