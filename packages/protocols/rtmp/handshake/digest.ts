import { concatBytes, equalBytes, fromHex } from '@sluice/base/bytes'
import { hmacSha256 } from './crypto.ts'

/** Bytes of C1, S1, C2 and S2. Spec: RTMP 1.0 §5.2.3 */
export const handshakeBytes = 1536
const digestBytes = 32

/** Where the digest's position is written in C1 and S1: version 0 has it at byte 8, version 1 at byte 772. Not in the spec; as Flash Player 9+ does. */
export type DigestScheme = 0 | 1
const schemeAt = [8, 772] as const

const salt = fromHex('f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae')
const text = (s: string): Uint8Array => new TextEncoder().encode(s)
const playerName = text('Genuine Adobe Flash Player 001')
const serverName = text('Genuine Adobe Flash Media Server 001')

/** The two sides' fixed keys: `name` signs C1 or S1, `full` signs C2 or S2. They are public and protect nothing; old peers only check them. */
export const playerKey = { name: playerName, full: concatBytes([playerName, salt]) } as const
export const serverKey = { name: serverName, full: concatBytes([serverName, salt]) } as const
export type DigestKey = { readonly name: Uint8Array; readonly full: Uint8Array }

/** Index of the 32 digest bytes in a C1 or S1: four bytes summed, modulo 728, after the four bytes themselves. */
export function digestAt(block: Uint8Array, scheme: DigestScheme): number {
  const base = schemeAt[scheme]
  return ((block[base]! + block[base + 1]! + block[base + 2]! + block[base + 3]!) % 728) + base + 4
}

function digestOf(block: Uint8Array, at: number, key: DigestKey): Uint8Array {
  return hmacSha256(key.name, [block.subarray(0, at), block.subarray(at + digestBytes)])
}

/** The digest that the far end put into its C1 or S1, with the scheme it used; null when there is none that is right: a simple handshake. */
export function findDigest(block: Uint8Array, key: DigestKey): { scheme: DigestScheme; digest: Uint8Array } | null {
  for (const scheme of [0, 1] as const) {
    const at = digestAt(block, scheme)
    const digest = block.subarray(at, at + digestBytes)
    if (equalBytes(digest, digestOf(block, at, key))) return { scheme, digest }
  }
  return null
}

/** Puts the digest into our C1 or S1, in place. */
export function imprintDigest(block: Uint8Array, scheme: DigestScheme, key: DigestKey): void {
  const at = digestAt(block, scheme)
  block.set(digestOf(block, at, key), at)
}

/** Turns random bytes into a C2 or S2, in place: the last 32 sign the rest with a key made from the far end's digest. */
export function signReply(block: Uint8Array, peerDigest: Uint8Array, key: DigestKey): void {
  const at = block.length - digestBytes
  block.set(hmacSha256(hmacSha256(key.full, [peerDigest]), [block.subarray(0, at)]), at)
}
