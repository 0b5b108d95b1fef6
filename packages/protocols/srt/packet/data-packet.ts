import { readU32, writeU32 } from '@sluice/base/bytes'

/** Which key a payload is under: the KK bits. Spec: draft-sharabayko-srt-01 §3.1 */
export const KeyFlag = { clear: 0, even: 1, odd: 2 } as const

const RETRANSMITTED = 0x04 // in the fifth byte
const SOLO = 0xc000_0000 // PP = 3: a whole message in one packet

/** Largest message number: 26 bits. It wraps to 1, since 0 marks a packet of a packet filter. */
export const maxMessageNumber = 0x03ff_ffff

/** Packet sequence number, 0..0x7fffffff, wraps. Spec: draft-sharabayko-srt-01 §3.1 */
export const readSequence = (b: Uint8Array): number => readU32(b, 0) & 0x7fff_ffff

/** The KK bits, 0..3; 3 is never legal in a data packet. */
export const readKeyFlag = (b: Uint8Array): number => (b[4]! >> 3) & 3

/** True when the sender marked the packet as one that it sends again. */
export const isRetransmitted = (b: Uint8Array): boolean => (b[4]! & RETRANSMITTED) !== 0

/** Message number, 0..0x3ffffff; 0 is a packet of a packet filter (FEC), never media. */
export const readMessageNumber = (b: Uint8Array): number => readU32(b, 4) & maxMessageNumber

/** Writes the header of a data packet that holds a whole message, not yet retransmitted. Spec: draft-sharabayko-srt-01 §3.1 */
export function writeDataHeader(
  b: Uint8Array,
  sequence: number,
  messageNumber: number,
  keyFlag: number,
  timestampUs: number,
  destinationId: number,
): void {
  writeU32(b, 0, sequence)
  writeU32(b, 4, SOLO | (keyFlag << 27) | messageNumber)
  writeU32(b, 8, timestampUs)
  writeU32(b, 12, destinationId)
}

/** Marks a packet that was sent before as sent again; all other bytes stay, so that its ciphertext stays right. */
export function markRetransmitted(b: Uint8Array): void {
  b[4] = b[4]! | RETRANSMITTED
}
