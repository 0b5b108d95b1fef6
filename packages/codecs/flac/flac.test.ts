import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { readFlacInfo } from './index.ts'

// Behind the magic of files by ffmpeg 5.1.
const blocks = [
  {
    name: '22.05 kHz mono',
    bytes: '000000220900090000028f0002c7056220f00000113a0549bd5fe0d0c9ce5cbaecc3e47dac01',
    expected: [22_050, 1, 16, 2304],
  },
  {
    name: '48 kHz mono',
    bytes: '00000022120012000000c20004ff0bb800f000002580bad7bf8f781a2330b6b7b8712dacb304',
    expected: [48_000, 1, 16, 4608],
  },
] as const
for (const { name, bytes, expected } of blocks) {
  test(`STREAMINFO: ${name}`, () => {
    const info = readFlacInfo(fromHex(bytes))
    assert.deepEqual([info.sampleRate, info.channels, info.bitsPerSample, info.frameSamples], expected)
  })
}

test('STREAMINFO is refused when short, of another type, or without a rate', () => {
  const good = fromHex(blocks[0].bytes)
  assert.throws(() => readFlacInfo(good.subarray(0, 37)), WireError)
  assert.throws(() => readFlacInfo(Uint8Array.of(4, ...good.subarray(1))), /type 4/)
  assert.throws(() => readFlacInfo(new Uint8Array(good).fill(0, 4)), /0 Hz/)
})
