/** Eight frames of 6 Mbit/s, or a key frame of 20. */
const sharedBytes = 256 * 1024
/** One for all fan-outs: from the join to the end of the writes nothing else runs. A new one for each batch is 30 a second for the allocator and the collector. */
const shared = Buffer.allocUnsafeSlow(sharedBytes)

/** The pieces in one buffer, which is good until the next call: whoever keeps its bytes has `keepPieces` of it. A single piece is that itself. */
export function joinPieces(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  if (bytes > sharedBytes) return Buffer.concat(pieces, bytes)
  let at = 0
  for (const piece of pieces) {
    shared.set(piece, at)
    at += piece.length
  }
  return shared.subarray(0, bytes)
}

/** What `joinPieces` gave, in a buffer that stays as it is. */
export const keepPieces = (joined: Uint8Array): Uint8Array => (joined.buffer === shared.buffer ? Buffer.from(joined) : joined)
