/** Repeatable chance for fuzz tests: the same seed gives the same run. */
export type SeededRandom = {
  /** 0 (inclusive) to 1 (exclusive). */
  next(): number
  /** A whole number from `low` to `high`, both inclusive. */
  int(low: number, high: number): number
  /** `count` bytes. */
  bytes(count: number): Uint8Array
}

/** Mulberry32: small, fast, good enough to fuzz with. */
export function randomFrom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    int,
    bytes(count) {
      const out = new Uint8Array(count)
      for (let i = 0; i < count; i++) out[i] = int(0, 255)
      return out
    },
  }
}

/** `count` byte arrays of 0..`maxBytes` bytes, the same for the same seed. */
export function* bytesFrom(seed: number, count: number, maxBytes = 64): Generator<Uint8Array> {
  const random = randomFrom(seed)
  for (let i = 0; i < count; i++) yield random.bytes(random.int(0, maxBytes))
}
