import { readU16, readU32, writeU16, writeU32 } from '@sluice/base/bytes'
import { ControlType, headerBytes } from '../constants.ts'

/** True for a control packet. The caller has checked that `b` holds 16 bytes. Spec: draft-sharabayko-srt-01 §3 */
export const isControlPacket = (b: Uint8Array): boolean => (b[0]! & 0x80) !== 0

/** Control type, 0..0x7fff. Spec: draft-sharabayko-srt-01 §3.2 */
export const readControlType = (b: Uint8Array): number => readU16(b, 0) & 0x7fff

/** Subtype of a user-defined control packet: an extension type. */
export const readControlSubtype = (b: Uint8Array): number => readU16(b, 2)

/** Type-specific information: the ACK number of an ACK or ACKACK, the message number of a drop request. */
export const readControlInfo = (b: Uint8Array): number => readU32(b, 4)

/** Microseconds since the sender's connection began, 0..0xffffffff, wraps every 71.6 minutes. */
export const readTimestampUs = (b: Uint8Array): number => readU32(b, 8)

/** Socket id of the receiver; 0: a connection request. */
export const readDestinationId = (b: Uint8Array): number => readU32(b, 12)

/** Timestamp field for local time `nowMs` on a connection that began at `startMs`; the caller writes it, and the write wraps it. */
export const timestampUs = (nowMs: number, startMs: number): number => Math.round((nowMs - startMs) * 1000)

/** What the header of a control packet says besides its type. */
export type ControlHeader = { timestampUs: number; destinationId: number; info?: number; subtype?: number }

/** A control packet with room for `bodyBytes` after its header, zeroed. Spec: draft-sharabayko-srt-01 §3.2 */
export function makeControlPacket(type: ControlType, header: ControlHeader, bodyBytes: number): Uint8Array {
  const b = new Uint8Array(headerBytes + bodyBytes)
  writeU16(b, 0, 0x8000 | type)
  writeU16(b, 2, header.subtype ?? 0)
  writeU32(b, 4, header.info ?? 0)
  writeU32(b, 8, header.timestampUs)
  writeU32(b, 12, header.destinationId)
  return b
}

/** Body of keepalive, shutdown and ACKACK: libsrt sends four bytes of nothing, since some systems refuse an empty write. */
const emptyBodyBytes = 4

/** A keepalive: "still here". Spec: draft-sharabayko-srt-01 §3.2.3 */
export const writeKeepAlive = (header: ControlHeader): Uint8Array => makeControlPacket(ControlType.keepAlive, header, emptyBodyBytes)

/** A shutdown: the connection ends. Spec: draft-sharabayko-srt-01 §3.2.7 */
export const writeShutdown = (header: ControlHeader): Uint8Array => makeControlPacket(ControlType.shutdown, header, emptyBodyBytes)

/** An ACKACK: the full ACK `header.info` arrived; its sender measures the round trip by it. Spec: draft-sharabayko-srt-01 §3.2.8 */
export const writeAckAck = (header: ControlHeader): Uint8Array => makeControlPacket(ControlType.ackAck, header, emptyBodyBytes)
