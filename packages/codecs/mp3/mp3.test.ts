import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { readMpegAudioHeader } from './index.ts'

const headers = [
  {
    name: 'MPEG-1 layer 3, 128 kbit/s, 44.1 kHz',
    bytes: 'fffb9064',
    expected: 'layer 3 44100 Hz 2 ch 128000 bit/s 417 bytes 1152 samples',
  },
  { name: 'the same with padding', bytes: 'fffb9264', expected: 'layer 3 44100 Hz 2 ch 128000 bit/s 418 bytes 1152 samples' },
  { name: '48 kHz', bytes: 'fffb9464', expected: 'layer 3 48000 Hz 2 ch 128000 bit/s 384 bytes 1152 samples' },
  { name: 'MPEG-2 layer 3 mono, 22.05 kHz', bytes: 'fff380c4', expected: 'layer 3 22050 Hz 1 ch 64000 bit/s 208 bytes 576 samples' },
  { name: 'MPEG-2.5 layer 3, 8 kHz', bytes: 'ffe318c4', expected: 'layer 3 8000 Hz 1 ch 8000 bit/s 72 bytes 576 samples' },
  { name: 'MPEG-1 layer 2, 384 kbit/s', bytes: 'fffde400', expected: 'layer 2 48000 Hz 2 ch 384000 bit/s 1152 bytes 1152 samples' },
  { name: 'MPEG-1 layer 1', bytes: 'ffff1400', expected: 'layer 1 48000 Hz 2 ch 32000 bit/s 32 bytes 384 samples' },
]
for (const { name, bytes, expected } of headers) {
  test(`MPEG audio header: ${name}`, () => {
    const h = readMpegAudioHeader(fromHex(bytes), 0)!
    const size = `${h.bitrateBps} bit/s ${h.frameBytes} bytes ${h.frameSamples} samples`
    assert.equal(`layer ${h.layer} ${h.sampleRate} Hz ${h.channels} ch ${size}`, expected)
  })
}

for (const bytes of ['', 'fffb90', 'fefb9064', 'ffeb9064', 'fff99064', 'fffbf064', 'fffb0064', 'fffb9c64']) {
  test(`MPEG audio header: ${bytes || 'nothing'} is none`, () => assert.equal(readMpegAudioHeader(fromHex(bytes), 0), null))
}
