import { readU16, readU32, writeU16, writeU32 } from '@sluice/base/bytes'

/**
 * What HSREQ and HSRSP say: version `0x00XXYYZZ`, SrtFlag bits, and the least latency that the sender of the block wants
 * as receiver and grants as sender, in milliseconds. Spec: draft-sharabayko-srt-01 §3.2.1.1
 */
export type HsExtension = { version: number; flags: number; receiveLatencyMs: number; sendLatencyMs: number }

/** Writes the body of HSREQ or HSRSP. The receiver's latency is the high half: libsrt 1.5.1 has it so, whatever older drawings show. */
export function writeHsExtension(e: HsExtension): Uint8Array {
  const b = new Uint8Array(12)
  writeU32(b, 0, e.version)
  writeU32(b, 4, e.flags)
  writeU16(b, 8, e.receiveLatencyMs)
  writeU16(b, 10, e.sendLatencyMs)
  return b
}

/** Reads the body of HSREQ or HSRSP; null when it is shorter than 12 bytes. */
export function readHsExtension(body: Uint8Array): HsExtension | null {
  if (body.length < 12) return null
  return { version: readU32(body, 0), flags: readU32(body, 4), receiveLatencyMs: readU16(body, 8), sendLatencyMs: readU16(body, 10) }
}

/** `0x010501` as `1.5.1`. */
export const formatVersion = (version: number): string => `${(version >> 16) & 0xff}.${(version >> 8) & 0xff}.${version & 0xff}`
