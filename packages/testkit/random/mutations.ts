import { concatBytes } from '@sluice/base/bytes'
import { randomFrom, type SeededRandom } from './seeded-random.ts'

type Damage = (b: Uint8Array, random: SeededRandom) => Uint8Array

const damages: readonly Damage[] = [
  (b, random) => b.subarray(0, random.int(0, b.length)),
  (b, random) => b.subarray(random.int(0, b.length)),
  flipBits,
  (b, random) => overwrite(b, random, random.bytes(random.int(1, 4))),
  (b, random) => overwrite(b, random, new Uint8Array(random.int(1, 4)).fill(random.int(0, 1) * 255)),
  (b, random) => insert(b, random, random.bytes(random.int(1, 8))),
  (b, random) => insert(b, random, b),
]

/**
 * `count` byte arrays for a fuzz test, the same for the same seed: one in eight is plain chance, the others are one of `goods`
 * with one to three damages: cut, bits flipped, bytes replaced, put in or doubled.
 */
export function* mutationsOf(seed: number, count: number, goods: readonly Uint8Array[]): Generator<Uint8Array> {
  const random = randomFrom(seed)
  for (let i = 0; i < count; i++) {
    if (goods.length === 0 || random.int(0, 7) === 0) {
      yield random.bytes(random.int(0, 64))
      continue
    }
    let b = new Uint8Array(goods[random.int(0, goods.length - 1)]!)
    for (let left = random.int(1, 3); left > 0; left--) b = new Uint8Array(damages[random.int(0, damages.length - 1)]!(b, random))
    yield b
  }
}

function flipBits(b: Uint8Array, random: SeededRandom): Uint8Array {
  if (b.length === 0) return b
  for (let left = random.int(1, 8); left > 0; left--) {
    const at = random.int(0, b.length - 1)
    b[at] = b[at]! ^ (1 << random.int(0, 7))
  }
  return b
}

function overwrite(b: Uint8Array, random: SeededRandom, bytes: Uint8Array): Uint8Array {
  const at = random.int(0, b.length)
  b.set(bytes.subarray(0, b.length - at), at)
  return b
}

function insert(b: Uint8Array, random: SeededRandom, bytes: Uint8Array): Uint8Array {
  const at = random.int(0, b.length)
  return concatBytes([b.subarray(0, at), bytes, b.subarray(at)])
}
