import { concatBytes } from '@sluice/base/bytes'
import type { VideoSyntax } from '@sluice/codecs/access-unit'
import { type LengthBytes, nalLength } from '@sluice/codecs/nal'

/** The sound NAL units `b` without access unit delimiters: `b` itself where there is none. Delimiters stand at the start of an access unit alone. */
export function withoutDelimiters(b: Uint8Array, lengthBytes: LengthBytes, syntax: VideoSyntax): Uint8Array {
  const kept: Uint8Array[] = []
  let from = 0
  for (let at = 0; at + lengthBytes < b.length; ) {
    const start = at + lengthBytes
    const end = start + nalLength(b, at, lengthBytes)
    if (end > b.length) break
    if (end > start && syntax.isDelimiter(b.subarray(start, end))) {
      if (at > from) kept.push(b.subarray(from, at))
      from = end
    }
    at = end
  }
  if (from === 0) return b
  if (from < b.length) kept.push(b.subarray(from))
  return kept.length === 1 ? kept[0]! : concatBytes(kept)
}
