import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyLengthBytes } from './packet/key-material.ts'

/** Shortest and longest passphrase, in UTF-8 bytes. Spec: Haivision/srt docs/API/API-socket-options.md, SRTO_PASSPHRASE */
export const passphraseBytes = { min: 10, max: 80 } as const

const BLOCK_BYTES = 16
const WRAP_IV = new Uint8Array(8).fill(0xa6)
const NO_IV = new Uint8Array(0)
const TAG_BYTES = 16

/** Random bytes for keys, salts and ids. */
export const randomKey = (bytes: number): Uint8Array => randomBytes(bytes)

/** The key that wraps stream keys: 2048 rounds, 0.3-0.6 ms of CPU, so callers limit how often a stranger can ask for it. Spec: draft-sharabayko-srt-01 §6.1.4 */
export function deriveWrappingKey(passphrase: string, salt: Uint8Array, bytes: KeyLengthBytes): Uint8Array {
  return pbkdf2Sync(passphrase, salt.subarray(salt.length - 8), 2048, bytes, 'sha1')
}

/** `keys` wrapped: 8 bytes longer. Spec: RFC 3394 §2.2.1 */
export function wrapKeys(wrappingKey: Uint8Array, keys: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`id-aes${wrappingKey.length * 8}-wrap`, wrappingKey, WRAP_IV)
  return Buffer.concat([cipher.update(keys), cipher.final()])
}

/** The keys out of `wrapped`, or null when the check value is wrong: another passphrase. Spec: RFC 3394 §2.2.2 */
export function unwrapKeys(wrappingKey: Uint8Array, wrapped: Uint8Array): Uint8Array | null {
  try {
    const decipher = createDecipheriv(`id-aes${wrappingKey.length * 8}-wrap`, wrappingKey, WRAP_IV)
    return Buffer.concat([decipher.update(wrapped), decipher.final()])
  } catch {
    return null
  }
}

/** Turns counter blocks (a multiple of 16 bytes) into as many bytes of key stream. */
export type BlockCipher = (blocks: Uint8Array) => Uint8Array

/** AES over single blocks with one kept cipher: a cipher made for each packet costs 9.8 us on Node 24, this 0.5-1.9 us. */
export function openBlockCipher(key: Uint8Array): BlockCipher {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, NO_IV)
  cipher.setAutoPadding(false)
  return (blocks) => cipher.update(blocks)
}

/** Bytes that AES-GCM adds to a payload. */
export const gcmTagBytes = TAG_BYTES

/** Encrypts in AES-GCM: ciphertext, then the 16-byte tag. */
export function sealGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, payload: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`aes-${(key.length * 8) as 128 | 192 | 256}-gcm`, key, iv)
  cipher.setAAD(aad)
  return Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()])
}

/** Decrypts what `sealGcm` made; null when it was altered or is under another key. */
export function openGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < TAG_BYTES) return null
  const decipher = createDecipheriv(`aes-${(key.length * 8) as 128 | 192 | 256}-gcm`, key, iv)
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}

/** The first 32 bits of an HMAC: the cookie of a caller's address under the listener's secret. */
export const macOf = (secret: Uint8Array, text: string): number => createHmac('sha256', secret).update(text).digest().readUInt32BE(0)

/** Compares in constant time. */
export const equalSecrets = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

/** Bytes of a counter block. */
export const blockBytes = BLOCK_BYTES
