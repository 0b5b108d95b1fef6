import { readU32, writeU16, writeU32 } from '@sluice/base/bytes'

/*
 *   |0|V=1 |PT=2|      sign 0x2029      |   reserved   |KK |
 *   |                 key-encrypting key index = 0          |
 *   |  cipher   |   auth    |  SE = 2   |    reserved       |
 *   |       reserved        | salt bytes/4 | key bytes/4    |
 *   |                 salt, 16 bytes                        |
 *   |   wrapped keys: 8 bytes of check, then one or two keys|
 */

/** Cipher of the payloads. Spec: draft-sharabayko-srt-01 §3.2.2; AES-GCM: libsrt 1.5.2 and later */
const CipherId = { ctr: 2, gcm: 4 } as const
export type CipherMode = keyof typeof CipherId

/** Legal lengths of a stream key: AES-128, 192 and 256. */
export type KeyLengthBytes = 16 | 24 | 32

/**
 * A key material message. `keyFlags`: 1 even, 2 odd, 3 both, even first. `wrapped`: RFC 3394 of the keys, 8 bytes longer
 * than they are. Views of the message when read. Spec: draft-sharabayko-srt-01 §3.2.2
 */
export type KeyMaterial = { keyFlags: number; mode: CipherMode; salt: Uint8Array; keyLengthBytes: KeyLengthBytes; wrapped: Uint8Array }

const FIXED_BYTES = 16
const SALT_BYTES = 16
const HEAD = 0x12_20_29_00

/** What a peer answers instead of the key material when it cannot use it, one word. Spec: draft-sharabayko-srt-01 §3.2.1.2 */
export const KmState = { unsecured: 0, securing: 1, secured: 2, noSecret: 3, badSecret: 4, badCryptoMode: 5 } as const

/** Writes a key material message. */
export function writeKeyMaterial(km: KeyMaterial): Uint8Array {
  const b = new Uint8Array(FIXED_BYTES + SALT_BYTES + km.wrapped.length)
  writeU32(b, 0, HEAD | km.keyFlags)
  b[8] = CipherId[km.mode]
  b[9] = km.mode === 'gcm' ? 1 : 0
  b[10] = 2
  writeU16(b, 14, ((SALT_BYTES / 4) << 8) | (km.keyLengthBytes / 4))
  b.set(km.salt, FIXED_BYTES)
  b.set(km.wrapped, FIXED_BYTES + SALT_BYTES)
  return b
}

/** Reads a key material message; null when any field is one that no peer sends: it is under the far end's control before any key is proven. */
export function readKeyMaterial(b: Uint8Array): KeyMaterial | null {
  if (b.length < FIXED_BYTES + SALT_BYTES) return null
  const head = readU32(b, 0)
  const keyFlags = head & 3
  if ((head & ~3) >>> 0 !== HEAD || keyFlags === 0) return null
  const mode = b[8] === CipherId.ctr && b[9] === 0 ? 'ctr' : b[8] === CipherId.gcm && b[9] === 1 ? 'gcm' : null
  const keyLengthBytes = b[15]! * 4
  if (mode === null || b[10] !== 2 || b[14] !== SALT_BYTES / 4 || !isKeyLength(keyLengthBytes)) return null
  const wrappedBytes = 8 + keyLengthBytes * (keyFlags === 3 ? 2 : 1)
  if (b.length !== FIXED_BYTES + SALT_BYTES + wrappedBytes) return null
  const wrappedAt = FIXED_BYTES + SALT_BYTES
  return { keyFlags, mode, salt: b.subarray(FIXED_BYTES, wrappedAt), keyLengthBytes, wrapped: b.subarray(wrappedAt) }
}

/** True for 16, 24 and 32. */
const isKeyLength = (bytes: number): bytes is KeyLengthBytes => bytes === 16 || bytes === 24 || bytes === 32

/** The one-word answer that says why key material was not taken. */
export function writeKmState(state: number): Uint8Array {
  const b = new Uint8Array(4)
  writeU32(b, 0, state)
  return b
}

/** True from SRT 1.5.4 on (`0x00XXYYZZ`): before it libsrt's AES-GCM repeats initialisation values, which gives both key and text away. */
export const hasSoundGcm = (version: number): boolean => version >= 0x01_05_04
