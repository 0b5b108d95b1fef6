import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { randomFrom } from '@sluice/testkit/random'
import { tsPacketBytes, tsSyncByte } from './constants.ts'
import { PacketFramer } from './packet-framer.ts'

/** Packets told apart by their bytes 1 and 2, with no sync byte inside; `stride` above 188 leaves room behind each. */
function makePackets(count: number, stride = tsPacketBytes): Uint8Array {
  const out = new Uint8Array(count * stride)
  for (let i = 0; i < count; i++) {
    out[i * stride] = tsSyncByte
    out[i * stride + 1] = i >>> 6
    out[i * stride + 2] = 0x80 | (i & 0x3f)
  }
  return out
}

const numberOf = (b: Uint8Array, at: number): number => (b[at + 1]! << 6) | (b[at + 2]! & 0x3f)

function frameAll(framer: PacketFramer, pieces: readonly Uint8Array[]): number[] {
  const seen: number[] = []
  const take = (b: Uint8Array, at: number): void => {
    seen.push(numberOf(b, at))
  }
  for (const piece of pieces) framer.push(piece, take)
  framer.flush(take)
  return seen
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

for (const stride of [188, 192, 204]) {
  test(`packets ${stride} bytes apart are found whatever way the bytes are cut (seed ${stride})`, () => {
    const random = randomFrom(stride)
    const bytes = makePackets(200, stride)
    for (let run = 0; run < 40; run++) {
      const pieces: Uint8Array[] = []
      for (let at = 0; at < bytes.length; ) {
        const end = at + random.int(1, run % 2 === 0 ? 400 : 5000)
        pieces.push(bytes.subarray(at, end))
        at = end
      }
      const framer = new PacketFramer()
      assert.deepEqual(frameAll(framer, pieces), upTo(200))
      assert.deepEqual(framer.counts, { syncLosses: 0, skippedBytes: 0 })
    }
  })
}

test('whole packets are given out where they lie, without a copy', () => {
  const bytes = makePackets(7)
  const framer = new PacketFramer()
  framer.push(bytes, (b) => assert.equal(b, bytes))
})

test('a stream of one packet comes out at its end', () => {
  assert.deepEqual(frameAll(new PacketFramer(), [makePackets(1)]), [0])
})

test('garbage before the first packet is passed over and counted', () => {
  const framer = new PacketFramer()
  assert.deepEqual(frameAll(framer, [new Uint8Array(1000).fill(0x11), makePackets(10)]), upTo(10))
  assert.deepEqual(framer.counts, { syncLosses: 0, skippedBytes: 1000 })
})

test('a damaged sync byte costs its own packet alone', () => {
  const bytes = makePackets(10)
  bytes[4 * tsPacketBytes] = 0
  const framer = new PacketFramer()
  assert.deepEqual(frameAll(framer, [bytes]), [0, 1, 2, 3, 5, 6, 7, 8, 9])
  assert.deepEqual(framer.counts, { syncLosses: 1, skippedBytes: tsPacketBytes })
})

test('bytes lost inside a packet cost that packet, and the next is found again', () => {
  const bytes = makePackets(12)
  const cut = concatBytes([bytes.subarray(0, 4 * tsPacketBytes + 100), bytes.subarray(4 * tsPacketBytes + 150)])
  const framer = new PacketFramer()
  const seen = frameAll(framer, [cut])
  assert.deepEqual(
    seen.filter((n) => n !== 4),
    [0, 1, 2, 3, 6, 7, 8, 9, 10, 11],
  )
  assert.equal(framer.counts.syncLosses, 1)
})

test('a change to wider packets in mid-stream is followed', () => {
  const bytes = concatBytes([makePackets(10), new Uint8Array(50).fill(1), makePackets(10, 204)])
  assert.deepEqual(frameAll(new PacketFramer(), [bytes]), [...upTo(10), ...upTo(10)])
})

test('bytes without packets leave nothing behind', () => {
  const framer = new PacketFramer()
  framer.push(new Uint8Array(1_000_000).fill(tsSyncByte ^ 1), () => assert.fail('no packet is there'))
  assert.ok(framer.counts.skippedBytes > 999_000)
})
