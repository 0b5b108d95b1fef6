import { readU32, writeU32 } from '@sluice/base/bytes'
import { seq31Diff } from '@sluice/base/serial'
import { ControlType, headerBytes } from '../constants.ts'
import { type ControlHeader, makeControlPacket } from './header.ts'
import type { LossRange } from './nak.ts'

/** Tells a receiver that `range` will never come (too old to be sent). Message number 0: it goes by packets. Spec: draft-sharabayko-srt-01 §3.2.9 */
export function writeDropRequest(header: ControlHeader, range: LossRange): Uint8Array {
  const b = makeControlPacket(ControlType.dropRequest, header, 8)
  writeU32(b, 16, range.first)
  writeU32(b, 20, range.last)
  return b
}

/** The range of a drop request; null when it is short or runs backwards. */
export function readDropRequest(packet: Uint8Array): LossRange | null {
  if (packet.length < headerBytes + 8) return null
  const first = readU32(packet, 16)
  const last = readU32(packet, 20)
  if (first > 0x7fff_ffff || last > 0x7fff_ffff || seq31Diff(first, last) < 0) return null
  return { first, last }
}
