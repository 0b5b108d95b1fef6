/** CEA-608 captions that no encoder at hand makes: written into the SEI of an H.264 stream. Spec: CTA-608-E, ATSC A/53 Part 4 §6.2.3 */

const withParity = (byte: number): number => {
  let ones = 0
  for (let bit = 0; bit < 7; bit++) ones += (byte >> bit) & 1
  return ones % 2 === 0 ? byte | 0x80 : byte
}

/** Pairs of bytes, one a frame: two rolling rows, and the text on the lowest one. */
export function rollUp(text: string): [number, number][] {
  const pairs: [number, number][] = []
  // Control codes are sent twice: a receiver takes the pair as one.
  for (const code of [
    [0x14, 0x25],
    [0x14, 0x2d],
    [0x14, 0x70],
  ] as const)
    pairs.push([...code], [...code])
  for (let at = 0; at < text.length; at += 2) pairs.push([text.charCodeAt(at), text.charCodeAt(at + 1) || 0x20])
  return pairs
}

/** A SEI NAL unit with one pair for field 1. Spec: ITU-T H.264 §D.1.6 */
function sei([first, second]: readonly [number, number]): Buffer {
  const payload = [0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03, 0xc1, 0xff, 0xfc, withParity(first), withParity(second), 0xff]
  return Buffer.from([0, 0, 0, 1, 6, 4, payload.length, ...payload, 0x80])
}

/** Puts the pairs into an Annex B stream, one before the first slice of each picture, over and over with a pause after each text. */
export function withCaptions(h264: Buffer, pairs: readonly [number, number][], everyFrames: number): Buffer {
  const parts: Buffer[] = []
  let [frame, from] = [0, 0]
  for (let at = 0; at + 4 < h264.length; at++) {
    const isStart = h264[at] === 0 && h264[at + 1] === 0 && h264[at + 2] === 1
    if (!isStart) continue
    const kind = h264[at + 3]! & 0x1f
    // The first macroblock is number 0: `ue(v)` of it is a single one bit.
    if ((kind === 1 || kind === 5) && (h264[at + 4]! & 0x80) !== 0) {
      const start = h264[at - 1] === 0 ? at - 1 : at
      parts.push(h264.subarray(from, start), sei(pairs[frame % everyFrames] ?? [0, 0]))
      from = start
      frame++
    }
    at += 3
  }
  return Buffer.concat([...parts, h264.subarray(from)])
}
