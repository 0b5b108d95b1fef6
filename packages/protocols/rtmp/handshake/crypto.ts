import { createHash, createHmac, randomBytes } from 'node:crypto'

/** HMAC-SHA-256 over `parts` in order: 32 bytes. */
export function hmacSha256(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

/** Base64 of the MD5 of `text` in UTF-8: the building block of Adobe's `authmod`. */
export const md5Base64 = (text: string): string => createHash('md5').update(text).digest('base64')

/** Lower-case hex MD5 of `text` in UTF-8: the building block of Limelight's `authmod`. */
export const md5Hex = (text: string): string => createHash('md5').update(text).digest('hex')

/** `count` unpredictable bytes. */
export const unpredictableBytes = (count: number): Uint8Array => randomBytes(count)
