import { readU16, readU32, writeU16, writeU32 } from '@sluice/base/bytes'
import { ControlType, headerBytes } from '../constants.ts'
import { type ControlHeader, makeControlPacket } from './header.ts'

/**
 * A handshake's fixed part and its extension blocks. `keyLengthField` is the key length in bytes / 8 (0 none said);
 * `extensionField` the ExtensionFlag bits, or the magic of an induction reply; `type` a HandshakeType or 1000 + rejection code;
 * `peerAddress` 16 bytes as they travel. Spec: draft-sharabayko-srt-01 §3.2.1
 */
export type Handshake = {
  version: number
  keyLengthField: number
  extensionField: number
  initialSequence: number
  mssBytes: number
  flowWindowPackets: number
  type: number
  socketId: number
  cookie: number
  peerAddress: Uint8Array
  extensions: Extension[]
}

/** One extension block: its type and its body, whole 32-bit words. */
export type Extension = { type: number; body: Uint8Array }

const FIXED_BYTES = 48

/** The largest handshake a listener looks at: every block at its limit (stream id 512, key material 104 and so on) stays below it. */
const maxHandshakeBytes = 1500

/** Writes a handshake control packet. */
export function writeHandshake(header: ControlHeader, h: Handshake): Uint8Array {
  let extensionBytes = 0
  for (const extension of h.extensions) extensionBytes += 4 + extension.body.length
  const b = makeControlPacket(ControlType.handshake, header, FIXED_BYTES + extensionBytes)
  writeU32(b, 16, h.version)
  writeU16(b, 20, h.keyLengthField)
  writeU16(b, 22, h.extensionField)
  writeU32(b, 24, h.initialSequence)
  writeU32(b, 28, h.mssBytes)
  writeU32(b, 32, h.flowWindowPackets)
  writeU32(b, 36, h.type)
  writeU32(b, 40, h.socketId)
  writeU32(b, 44, h.cookie)
  b.set(h.peerAddress, 48)
  let at = headerBytes + FIXED_BYTES
  for (const extension of h.extensions) {
    writeU16(b, at, extension.type)
    writeU16(b, at + 2, extension.body.length / 4)
    b.set(extension.body, at + 4)
    at += 4 + extension.body.length
  }
  return b
}

/**
 * Reads a handshake packet; the bodies of its extensions are views of `packet`. Null when it is short, over
 * `maxHandshakeBytes`, or a block leaves it. Blocks are read only from version 5 on: before it none exist.
 */
export function readHandshake(packet: Uint8Array): Handshake | null {
  if (packet.length < headerBytes + FIXED_BYTES || packet.length > maxHandshakeBytes) return null
  const version = readU32(packet, 16)
  const extensions = version >= 5 ? readExtensions(packet, headerBytes + FIXED_BYTES) : []
  if (extensions === null) return null
  return {
    version,
    keyLengthField: readU16(packet, 20),
    extensionField: readU16(packet, 22),
    initialSequence: readU32(packet, 24),
    mssBytes: readU32(packet, 28),
    flowWindowPackets: readU32(packet, 32),
    type: readU32(packet, 36),
    socketId: readU32(packet, 40),
    cookie: readU32(packet, 44),
    peerAddress: packet.subarray(48, 64),
    extensions,
  }
}

function readExtensions(packet: Uint8Array, from: number): Extension[] | null {
  const extensions: Extension[] = []
  for (let at = from; at < packet.length; ) {
    if (at + 4 > packet.length) return null
    const bodyBytes = readU16(packet, at + 2) * 4
    if (at + 4 + bodyBytes > packet.length) return null
    extensions.push({ type: readU16(packet, at), body: packet.subarray(at + 4, at + 4 + bodyBytes) })
    at += 4 + bodyBytes
  }
  return extensions
}

/** The body of the one block of `type`, or null; null also when it comes twice, which no peer does. */
export function findExtension(h: Handshake, type: number): Uint8Array | null {
  const found = h.extensions.filter((extension) => extension.type === type)
  return found.length === 1 ? found[0]!.body : null
}
