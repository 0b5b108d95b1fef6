import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { readAc3Config, readAc3Frame, writeAc3Config } from './index.ts'

// First bytes of frames by ffmpeg 5.1 with the dac3 and dec3 payloads that it wrote for them.
const frames = [
  { name: 'AC-3 mono', bytes: '0b77480d0c402f84', box: '1008c0', expected: 'ac3 48000 Hz 1 ch 384 bytes 1536 samples 96000 bit/s' },
  { name: 'AC-3 stereo', bytes: '0b77fe95144043e1', box: '101140', expected: 'ac3 48000 Hz 2 ch 768 bytes 1536 samples 192000 bit/s' },
  { name: 'AC-3 5.1', bytes: '0b77b50b1e40ebf8', box: '103de0', expected: 'ac3 48000 Hz 6 ch 1792 bytes 1536 samples 448000 bit/s' },
  { name: 'AC-3 44.1 kHz', bytes: '0b77c2ea544043e1', box: '501140', expected: 'ac3 44100 Hz 2 ch 834 bytes 1536 samples 192000 bit/s' },
  {
    name: 'E-AC-3 stereo',
    bytes: '0b77017f3487c000',
    box: '0600200400',
    expected: 'eac3 48000 Hz 2 ch 768 bytes 1536 samples 192000 bit/s',
  },
  { name: 'E-AC-3 5.1', bytes: '0b77037f3f87c000', box: '0e00200f00', expected: 'eac3 48000 Hz 6 ch 1792 bytes 1536 samples 448000 bit/s' },
] as const
for (const { name, bytes, box, expected } of frames) {
  test(`sync frame and box: ${name}`, () => {
    const f = readAc3Frame(fromHex(bytes), 0)!
    const size = `${f.frameBytes} bytes ${f.frameSamples} samples ${f.bitrateBps} bit/s`
    assert.equal(`${f.codec} ${f.sampleRate} Hz ${f.channels} ch ${size}`, expected)
    assert.equal(toHex(writeAc3Config(f)), box)
    assert.deepEqual(readAc3Config(f.codec, fromHex(box)), { sampleRate: f.sampleRate, channels: f.channels })
  })
}

for (const bytes of ['', '0b77fe95144043', '0b76fe95144043e1', '0b77fe95d44043e1', '0b77fe953f4043e1', '0b77fe9514f043e1']) {
  test(`sync frame: ${bytes || 'nothing'} is none`, () => assert.equal(readAc3Frame(fromHex(bytes), 0), null))
}

test('boxes that are too short or reserved are refused', () => {
  assert.throws(() => readAc3Config('ac3', fromHex('10')), WireError)
  assert.throws(() => readAc3Config('eac3', fromHex('060020')), WireError)
  assert.throws(() => readAc3Config('ac3', fromHex('d01140')), WireError)
})
