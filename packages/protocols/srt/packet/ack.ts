import { readU32, writeU32 } from '@sluice/base/bytes'
import { ControlType, headerBytes } from '../constants.ts'
import { type ControlHeader, makeControlPacket } from './header.ts'

/**
 * An acknowledgement. `nextSequence`: the first packet that is still wanted. A light ACK has nothing else. Times in
 * microseconds, the buffer in free packets, rates per second. Spec: draft-sharabayko-srt-01 §3.2.4
 */
export type Ack = {
  nextSequence: number
  rttUs: number
  rttVarUs: number
  freePackets: number
  receivedPacketsPerS: number
  linkPacketsPerS: number
  receivedBytesPerS: number
}

/** An acknowledgement to fill in, used again and again. */
export const zeroAck = (): Ack => ({
  nextSequence: 0,
  rttUs: 0,
  rttVarUs: 0,
  freePackets: 0,
  receivedPacketsPerS: 0,
  linkPacketsPerS: 0,
  receivedBytesPerS: 0,
})

const FULL_BYTES = 28
const SMALL_BYTES = 16 // up to the buffer: libsrt sends it when it has no rates yet

/** A full ACK; `header.info` is its number, which the ACKACK repeats. */
export function writeAck(header: ControlHeader, ack: Ack): Uint8Array {
  const b = makeControlPacket(ControlType.ack, header, FULL_BYTES)
  writeU32(b, 16, ack.nextSequence)
  writeU32(b, 20, ack.rttUs)
  writeU32(b, 24, ack.rttVarUs)
  writeU32(b, 28, ack.freePackets)
  writeU32(b, 32, ack.receivedPacketsPerS)
  writeU32(b, 36, ack.linkPacketsPerS)
  writeU32(b, 40, ack.receivedBytesPerS)
  return b
}

/** A light ACK: a position and no number, so that no ACKACK comes for it. */
export function writeLightAck(header: ControlHeader, nextSequence: number): Uint8Array {
  const b = makeControlPacket(ControlType.ack, header, 4)
  writeU32(b, 16, nextSequence)
  return b
}

/** Reads an ACK packet into `out`, which the caller reuses. `light` has only `nextSequence`; null: too short, or no sequence number. */
export function readAck(packet: Uint8Array, out: Ack): 'full' | 'light' | null {
  const bodyBytes = packet.length - headerBytes
  if (bodyBytes < 4) return null
  out.nextSequence = readU32(packet, 16)
  if (out.nextSequence > 0x7fff_ffff) return null
  if (bodyBytes < SMALL_BYTES) return 'light'
  out.rttUs = readU32(packet, 20)
  out.rttVarUs = readU32(packet, 24)
  out.freePackets = readU32(packet, 28)
  const hasRates = bodyBytes >= FULL_BYTES
  out.receivedPacketsPerS = hasRates ? readU32(packet, 32) : 0
  out.linkPacketsPerS = hasRates ? readU32(packet, 36) : 0
  out.receivedBytesPerS = hasRates ? readU32(packet, 40) : 0
  return 'full'
}
