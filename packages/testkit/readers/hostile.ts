import { concatBytes } from '@sluice/base/bytes'
import { randomFrom } from '@sluice/testkit/random'

const fills = [0x00, 0x01, 0x7f, 0x80, 0xff]

/**
 * Inputs of about `bytes` bytes that are made to cost a reader more than they cost their sender, the same for the same seed: one byte over and
 * over, pieces of `goods` over and over, and `goods` whose fields are at their ends with a long tail behind them.
 */
export function* hostileOf(seed: number, bytes: number, goods: readonly Uint8Array[], rounds = 12): Generator<Uint8Array> {
  for (const fill of fills) yield new Uint8Array(bytes).fill(fill)
  const random = randomFrom(seed)
  for (const good of goods) {
    yield tile(good, bytes)
    for (let round = 0; round < rounds; round++) {
      const from = random.int(0, Math.max(0, good.length - 1))
      const piece = good.subarray(from, from + random.int(1, 24))
      if (piece.length > 0) yield concatBytes([good, tile(piece, bytes)])
      const bent = new Uint8Array(good)
      for (let left = random.int(1, 4); left > 0 && bent.length > 0; left--) {
        const at = random.int(0, bent.length - 1)
        bent.fill(random.int(0, 1) * 255, at, at + random.int(1, 4))
      }
      yield concatBytes([bent, tile(bent.subarray(random.int(0, bent.length)), bytes)])
    }
  }
}

function tile(piece: Uint8Array, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes)
  if (piece.length === 0) return out
  for (let at = 0; at < bytes; at += piece.length) out.set(piece.subarray(0, Math.min(piece.length, bytes - at)), at)
  return out
}
