/** Longest stream id, in UTF-8 bytes. Spec: draft-sharabayko-srt-01 §3.2.1.3 */
export const maxStreamIdBytes = 512

/** A text block (stream id, congestion controller, packet filter): 32-bit words, each with its bytes reversed, zero padded. Spec: draft-sharabayko-srt-01 §3.2.1.3 */
export function writeTextExtension(text: string): Uint8Array {
  const utf8 = new TextEncoder().encode(text)
  const padded = new Uint8Array((utf8.length + 3) & ~3)
  padded.set(utf8)
  return swapWords(padded)
}

/** The text of such a block without its padding; null when it is empty, over 512 bytes or no UTF-8. */
export function readTextExtension(body: Uint8Array): string | null {
  if (body.length === 0 || body.length > maxStreamIdBytes) return null
  const bytes = swapWords(body)
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end))
  } catch {
    return null
  }
}

/** A copy with the four bytes of every word reversed; the length is a multiple of 4. */
function swapWords(b: Uint8Array): Uint8Array {
  const out = new Uint8Array(b.length)
  for (let at = 0; at + 4 <= b.length; at += 4) {
    out[at] = b[at + 3]!
    out[at + 1] = b[at + 2]!
    out[at + 2] = b[at + 1]!
    out[at + 3] = b[at]!
  }
  return out
}
