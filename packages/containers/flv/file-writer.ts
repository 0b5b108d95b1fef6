import { writeU24, writeU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { type FlvKind, FlvTagType } from './constants.ts'

const tagHeaderBytes = 11
const backPointerBytes = 4
const maxBodyBytes = 0xffffff

/** The start of an FLV file: header and first back pointer. Spec: FLV 10.1 §E.2, §E.3 */
export function writeFlvHeader(has: { readonly audio: boolean; readonly video: boolean }): Uint8Array {
  return Uint8Array.of(0x46, 0x4c, 0x56, 1, (has.audio ? 4 : 0) | (has.video ? 1 : 0), 0, 0, 0, 9, 0, 0, 0, 0)
}

/**
 * One tag with its back pointer; the body is the concatenation of `parts`, copied once. `timestampMs` is written modulo 2^32.
 * Throws WireError above 16777215 bytes. Spec: FLV 10.1 §E.4.1
 */
export function writeFlvTag(kind: FlvKind, timestampMs: number, parts: readonly Uint8Array[]): Uint8Array {
  let bodyBytes = 0
  for (const part of parts) bodyBytes += part.length
  if (bodyBytes > maxBodyBytes) throw new WireError('FLV_TAG_LENGTH', 0, `tag body of ${bodyBytes} bytes, at most ${maxBodyBytes} fit`)
  const out = new Uint8Array(tagHeaderBytes + bodyBytes + backPointerBytes)
  out[0] = FlvTagType[kind]
  writeU24(out, 1, bodyBytes)
  writeU24(out, 4, timestampMs)
  out[7] = timestampMs >>> 24
  let at = tagHeaderBytes
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  writeU32(out, at, tagHeaderBytes + bodyBytes)
  return out
}
