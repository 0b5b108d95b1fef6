import { tsHeaderBytes, tsPacketBytes, tsSyncByte } from './constants.ts'

/** The header of one transport packet, read into a reused object. Spec: ISO/IEC 13818-1 §2.4.3.2 */
export type TsHeader = {
  /** 0..0x1fff */
  pid: number
  /** The payload begins with a PES packet, or with a pointer field when it carries sections. */
  isUnitStart: boolean
  /** A demodulator or receiver marked the packet as damaged. */
  hasTransportError: boolean
  isScrambled: boolean
  /** 0..15, counts packets with payload of this PID, wraps. */
  continuityCounter: number
  /** Index of the adaptation field's length byte, or 0 when there is no adaptation field. */
  adaptationAt: number
  /** Index of the first payload byte; the end of the packet when there is no payload. */
  payloadAt: number
  hasPayload: boolean
}

/** A fresh target for readTsHeader. */
export function makeTsHeader(): TsHeader {
  return {
    pid: 0,
    isUnitStart: false,
    hasTransportError: false,
    isScrambled: false,
    continuityCounter: 0,
    adaptationAt: 0,
    payloadAt: 0,
    hasPayload: false,
  }
}

/**
 * Reads the header of the TS packet at `at` into `out`, which the caller owns and reuses: nothing is allocated.
 * The caller has checked that `b` holds 188 bytes from `at`. Indices count in `b`.
 * False: no sync byte, the reserved control value 0, or an adaptation field that leaves the packet. Spec: ISO/IEC 13818-1 §2.4.3.2
 */
export function readTsHeader(b: Uint8Array, at: number, out: TsHeader): boolean {
  if (b[at] !== tsSyncByte) return false
  const high = b[at + 1]!
  const low = b[at + 3]!
  out.hasTransportError = (high & 0x80) !== 0
  out.isUnitStart = (high & 0x40) !== 0
  out.pid = ((high & 0x1f) << 8) | b[at + 2]!
  out.isScrambled = (low & 0xc0) !== 0
  out.hasPayload = (low & 0x10) !== 0
  out.continuityCounter = low & 0x0f
  const hasAdaptation = (low & 0x20) !== 0
  out.adaptationAt = hasAdaptation ? at + tsHeaderBytes : 0
  const end = at + tsPacketBytes
  const payloadAt = at + tsHeaderBytes + (hasAdaptation ? 1 + b[at + tsHeaderBytes]! : 0)
  out.payloadAt = out.hasPayload ? payloadAt : end
  return payloadAt <= end && (out.hasPayload || hasAdaptation)
}

/**
 * Writes the 4 header bytes of a clear packet at `at`. `control`: 1 payload only, 2 adaptation field only, 3 both. Spec: ISO/IEC
 * 13818-1 §2.4.3.2
 */
export function writeTsHeader(b: Uint8Array, at: number, pid: number, isUnitStart: boolean, control: 1 | 2 | 3, counter: number): void {
  b[at] = tsSyncByte
  b[at + 1] = (isUnitStart ? 0x40 : 0) | (pid >>> 8)
  b[at + 2] = pid
  b[at + 3] = (control << 4) | (counter & 0x0f)
}
