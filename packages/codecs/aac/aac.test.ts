import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { formatAacCodec, readAacConfig, readAdtsHeader, writeAacConfig, writeAdtsHeader } from './index.ts'

// By ffmpeg 5.1 (aac), fdk-aac 2.0 (LD, ELD), and the usual forms of HE-AAC signalling; facts as ffprobe reads them.
const configs = [
  { name: 'LC 44.1 kHz stereo', asc: '121056e500', expected: 'mp4a.40.2 44100 Hz 2 ch 1024 of 44100' },
  { name: 'LC 48 kHz mono, two bytes', asc: '1188', expected: 'mp4a.40.2 48000 Hz 1 ch 1024 of 48000' },
  { name: 'LC 5.1', asc: '11b056e500', expected: 'mp4a.40.2 48000 Hz 6 ch 1024 of 48000' },
  {
    name: '7.1 in a program config element',
    asc: '118004c848002000c6400d4c61766335392e33372e31303056e500',
    expected: 'mp4a.40.2 48000 Hz 8 ch 1024 of 48000',
  },
  {
    name: '6.1 in a program config element',
    asc: '118004c848002000c4400d4c61766335392e33372e31303056e500',
    expected: 'mp4a.40.2 48000 Hz 7 ch 1024 of 48000',
  },
  {
    name: '2.1 in a program config element',
    asc: '118004c4010020000d4c61766335392e33372e31303056e500',
    expected: 'mp4a.40.2 48000 Hz 3 ch 1024 of 48000',
  },
  {
    name: 'quad in a program config element',
    asc: '118004c4040021100d4c61766335392e33372e31303056e500',
    expected: 'mp4a.40.2 48000 Hz 4 ch 1024 of 48000',
  },
  { name: '96 kHz', asc: '101056e500', expected: 'mp4a.40.2 96000 Hz 2 ch 1024 of 96000' },
  { name: 'HE-AAC, hierarchical', asc: '2b920800', expected: 'mp4a.40.5 44100 Hz 2 ch 2048 of 22050' },
  { name: 'HE-AAC v2, hierarchical', asc: 'eb8a0800', expected: 'mp4a.40.29 44100 Hz 2 ch 2048 of 22050' },
  { name: 'HE-AAC, backward compatible', asc: '139056e5a0', expected: 'mp4a.40.5 44100 Hz 2 ch 2048 of 22050' },
  { name: 'HE-AAC v2, backward compatible', asc: '138856e5a54880', expected: 'mp4a.40.29 44100 Hz 2 ch 2048 of 22050' },
  { name: 'AAC-LD', asc: 'b99100', expected: 'mp4a.40.23 48000 Hz 2 ch 512 of 48000' },
  { name: 'AAC-ELD', asc: 'f8e64000', expected: 'mp4a.40.39 48000 Hz 2 ch 512 of 48000' },
  { name: 'a rate of its own', asc: '178049d410', expected: 'mp4a.40.2 37800 Hz 2 ch 1024 of 37800' },
]
for (const { name, asc, expected } of configs) {
  test(`AudioSpecificConfig: ${name}`, () => {
    const c = readAacConfig(fromHex(asc))
    assert.equal(`${formatAacCodec(c)} ${c.sampleRate} Hz ${c.channels} ch ${c.frameSamples} of ${c.coreSampleRate}`, expected)
  })
}

for (const asc of ['', '12', '1690', '1200', '1280', '118004c8', '17', '178000fa10', '17fffffff810']) {
  test(`AudioSpecificConfig refuses ${asc || 'nothing'}`, () => {
    assert.throws(
      () => readAacConfig(fromHex(asc)),
      (err) => err instanceof WireError && err.code === 'AAC_CONFIG',
    )
  })
}

test('AudioSpecificConfig is made in its shortest form', () => {
  assert.equal(toHex(writeAacConfig({ objectType: 2, sampleRate: 44_100, channelConfig: 2 })), '1210')
  assert.equal(toHex(writeAacConfig({ objectType: 2, sampleRate: 48_000, channelConfig: 6 })), '11b0')
  const odd = readAacConfig(writeAacConfig({ objectType: 39, sampleRate: 37_000, channelConfig: 1 }))
  assert.deepEqual([odd.objectType, odd.sampleRate, odd.channels], [39, 37_000, 1])
})

const headers = [
  {
    name: 'LC 44.1 kHz stereo, 371 bytes',
    bytes: 'fff150802e7ffc',
    expected: { objectType: 2, sampleRate: 44_100, channelConfig: 2, frameBytes: 371 },
  },
  {
    name: 'LC 48 kHz 5.1, the longest',
    bytes: 'fff14d83fffffc',
    expected: { objectType: 2, sampleRate: 48_000, channelConfig: 6, frameBytes: 8191 },
  },
]
for (const { name, bytes, expected } of headers) {
  test(`ADTS both ways: ${name}`, () => {
    const header = readAdtsHeader(fromHex(`00${bytes}`), 1)!
    assert.deepEqual(header, { ...expected, headerBytes: 7, blocks: 1 })
    const config = { ...header, coreSampleRate: header.sampleRate }
    assert.equal(toHex(writeAdtsHeader(config, header.frameBytes - 7)!), bytes)
  })
}

test('ADTS with a checksum has a header of 9 bytes', () => assert.equal(readAdtsHeader(fromHex('fff050802e7ffc0000'), 0)?.headerBytes, 9))

test('a short ADTS header is no header yet', () => assert.equal(readAdtsHeader(fromHex('fff150802e7f'), 0), null))

for (const bytes of ['fef150802e7ffc', 'fff650802e7ffc', 'fff17c802e7ffc', 'fff1508000dffc']) {
  test(`ADTS refuses ${bytes}`, () => assert.throws(() => readAdtsHeader(fromHex(bytes), 0), WireError))
}

test('what ADTS has no words for gives no header', () => {
  const lc = { objectType: 2, coreSampleRate: 48_000, channelConfig: 2 }
  assert.equal(writeAdtsHeader({ ...lc, objectType: 42 }, 100), null)
  assert.equal(writeAdtsHeader({ ...lc, coreSampleRate: 37_000 }, 100), null)
  assert.equal(writeAdtsHeader({ ...lc, channelConfig: 11 }, 100), null)
  assert.equal(writeAdtsHeader(lc, 8185), null)
})
