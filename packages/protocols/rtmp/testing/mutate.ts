import { concatBytes } from '@sluice/base/bytes'
import type { SeededRandom } from '@sluice/testkit/random'

/** A copy of `bytes` with one to six faults of the kinds that break parsers; most behind `fromAt`, where the handshake ends. */
export function mutate(bytes: Uint8Array, random: SeededRandom, fromAt: number): Uint8Array {
  let out: Uint8Array = bytes.slice()
  for (let faults = random.int(1, 6); faults > 0; faults--) {
    const at = Math.min(out.length, random.int(random.next() < 0.9 ? fromAt : 0, out.length))
    const span = random.int(1, 64)
    switch (random.int(0, 5)) {
      case 0: // one bit
        if (at < out.length) out[at] = out[at]! ^ (1 << random.int(0, 7))
        break
      case 1: // one byte, often an extreme one
        if (at < out.length) out[at] = [0, 0xff, 0x7f, 0x80, random.int(0, 255)][random.int(0, 4)]!
        break
      case 2: // lost bytes
        out = concatBytes([out.subarray(0, at), out.subarray(at + span)])
        break
      case 3: // made-up bytes
        out = concatBytes([out.subarray(0, at), random.bytes(span), out.subarray(at)])
        break
      case 4: // bytes twice
        out = concatBytes([out.subarray(0, at + span), out.subarray(at)])
        break
      default: // the end
        if (random.next() < 0.3) out = out.subarray(0, at)
    }
  }
  return out
}
