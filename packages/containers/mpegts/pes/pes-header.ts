import { readU16, writeU16 } from '@sluice/base/bytes'
import { readTimestamp, timestampBytes, writeTimestamp } from './timestamp.ts'

/** First byte values after the start code prefix. Spec: ISO/IEC 13818-1 table 2-22 */
export const StreamId = { private1: 0xbd, audio: 0xc0, video: 0xe0 } as const

/** Bytes before the optional header: start code prefix, stream id, length. */
export const pesPrefixBytes = 6

/**
 * Streams whose PES packets are bare bytes, without flags and timestamps: maps, padding, ECM, EMM, DSM-CC. Spec: ISO/IEC 13818-1
 * §2.4.3.7
 */
const bareStreamIds: readonly number[] = [0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff]

/** A PES header, read into a reused object. Spec: ISO/IEC 13818-1 §2.4.3.6 */
export type PesHeader = {
  streamId: number
  isScrambled: boolean
  /** 90 kHz, 0..2^33-1; NaN: the packet has none. */
  pts90k: number
  /** Equal to `pts90k` when the packet gives a PTS alone. */
  dts90k: number
  /** Index of the first payload byte. */
  payloadAt: number
}

/** A fresh target for readPesHeader. */
export function makePesHeader(): PesHeader {
  return { streamId: 0, isScrambled: false, pts90k: Number.NaN, dts90k: Number.NaN, payloadAt: 0 }
}

/** True when a PES packet starts at `at`: the caller has checked for 3 bytes. Spec: ISO/IEC 13818-1 §2.4.3.7 */
export const isPesStart = (b: Uint8Array, at: number): boolean => b[at] === 0 && b[at + 1] === 0 && b[at + 2] === 1

/**
 * Whole length in bytes of the PES packet at `at`, as its header states it; 0: open, it ends where the next begins. The caller
 * has checked for 6 bytes.
 */
export function pesBytes(b: Uint8Array, at: number): number {
  const bytes = readU16(b, at + 4)
  return bytes === 0 ? 0 : pesPrefixBytes + bytes
}

/**
 * Reads the header of the PES packet `b[at..end)` into `out`, which the caller owns and reuses. False: no start code, or
 * the header is not whole. Spec: ISO/IEC 13818-1 §2.4.3.6
 */
export function readPesHeader(b: Uint8Array, at: number, end: number, out: PesHeader): boolean {
  if (end - at < pesPrefixBytes || !isPesStart(b, at)) return false
  out.streamId = b[at + 3]!
  out.isScrambled = false
  out.pts90k = out.dts90k = Number.NaN
  out.payloadAt = at + pesPrefixBytes
  if (bareStreamIds.includes(out.streamId)) return true
  if (end - at < pesPrefixBytes + 3) return false
  const fieldsAt = at + pesPrefixBytes + 3
  out.payloadAt = fieldsAt + b[at + 8]!
  if (out.payloadAt > end) return false
  out.isScrambled = (b[at + 6]! & 0x30) !== 0
  const hasPts = (b[at + 7]! & 0x80) !== 0 && fieldsAt + timestampBytes <= out.payloadAt
  const hasDts = hasPts && (b[at + 7]! & 0x40) !== 0 && fieldsAt + 2 * timestampBytes <= out.payloadAt
  if (hasPts) out.pts90k = readTimestamp(b, fieldsAt)
  out.dts90k = hasDts ? readTimestamp(b, fieldsAt + timestampBytes) : out.pts90k
  return true
}

/** Bytes that writePesHeader writes. */
export const writtenPesHeaderBytes = (pts90k: number, dts90k: number): number =>
  pesPrefixBytes + 3 + (pts90k === dts90k ? timestampBytes : 2 * timestampBytes)

/**
 * Writes a header with a PTS, and a DTS where it differs; timestamps are taken modulo 2^33. `payloadBytes`: what follows; a
 * packet above 65535 bytes is written open, which only video may be. Says the index behind it. Spec: ISO/IEC 13818-1 §2.4.3.6
 */
export function writePesHeader(b: Uint8Array, at: number, streamId: number, pts90k: number, dts90k: number, payloadBytes: number): number {
  const hasDts = pts90k !== dts90k
  const headerBytes = writtenPesHeaderBytes(pts90k, dts90k)
  const packetBytes = headerBytes - pesPrefixBytes + payloadBytes
  b[at] = 0
  b[at + 1] = 0
  b[at + 2] = 1
  b[at + 3] = streamId
  writeU16(b, at + 4, packetBytes > 0xffff ? 0 : packetBytes)
  b[at + 6] = 0x84 // '10', not scrambled, data_alignment_indicator: an access unit starts here
  b[at + 7] = hasDts ? 0xc0 : 0x80
  b[at + 8] = headerBytes - pesPrefixBytes - 3
  writeTimestamp(b, at + 9, hasDts ? 3 : 2, pts90k)
  if (hasDts) writeTimestamp(b, at + 9 + timestampBytes, 1, dts90k)
  return at + headerBytes
}
