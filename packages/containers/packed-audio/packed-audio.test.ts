import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex, toHex } from '@sluice/base/bytes'
import { SluiceError } from '@sluice/base/errors'
import type { Frame, Track } from '@sluice/codecs/frame'
import { mutationsOf } from '@sluice/testkit/random'
import { isPackedAudio, PackedAudioReader, readId3Tags } from './index.ts'

const owner = toHex(new TextEncoder().encode('com.apple.streaming.transportStreamTimestamp'))
/** A tag of v2.4 with the time alone. */
const tagOf = (ticks: number): Uint8Array =>
  fromHex(`494433 04 00 00 0000003f 50524956 00000035 0000 ${owner} 00 ${ticks.toString(16).padStart(16, '0')}`)
/** One frame of AAC-LC, 48 kHz stereo, in ADTS. */
const adts = fromHex('fff14c8001fffc 2100032014028280')
const adtsOf = (count: number): Uint8Array => concatBytes(Array.from({ length: count }, () => adts))

function readAll(segments: readonly Uint8Array[], needsTime = true): { tracks: Track[]; frames: Frame[] } {
  const reader = new PackedAudioReader({ needsTime })
  const out = { tracks: [] as Track[], frames: [] as Frame[] }
  const sink = { onTrack: (track: Track) => out.tracks.push(track), onFrame: (frame: Frame) => out.frames.push(frame) }
  for (const segment of segments) reader.push(segment, sink)
  return out
}
const dtsOf = (frames: readonly Frame[]): number[] => frames.map(({ dts }) => dts)

test('AAC with a time in its ID3 tag gives frames from there on, 1024 samples apart', () => {
  const { tracks, frames } = readAll([concatBytes([tagOf(126_000), adtsOf(3)]), concatBytes([tagOf(131_760), adtsOf(2)])])
  assert.deepEqual(dtsOf(frames), [126_000, 127_920, 129_840, 131_760, 133_680])
  assert.deepEqual(
    tracks.map(({ codecString }) => codecString),
    ['mp4a.40.2'],
  )
  assert.equal(toHex(frames[0]!.bytes), '2100032014028280')
})

test('the 33 bits of the time wrap without a jump', () => {
  const wrap = 2 ** 33
  const { frames } = readAll([concatBytes([tagOf(wrap - 1920), adtsOf(1)]), concatBytes([tagOf(0), adtsOf(1)])])
  assert.deepEqual(dtsOf(frames), [wrap - 1920, wrap])
})

test('a segment without a time goes on where the one before ended; beside pictures the first one needs it', () => {
  assert.deepEqual(dtsOf(readAll([concatBytes([tagOf(9000), adtsOf(2)]), adtsOf(2)]).frames), [9000, 10_920, 12_840, 14_760])
  assert.equal(readAll([adtsOf(2)], false).frames.length, 2)
  assert.throws(() => readAll([adtsOf(2)]), { code: 'PACKED_TIME' })
})

test('a tag of v2.3, one of text before the time, and one with a footer are read', () => {
  const v3 = fromHex(`494433 03 00 00 0000003f 50524956 00000035 0000 ${owner} 00 0000000000002328`)
  const text = fromHex('494433 04 00 00 0000000e 54495432 00000004 0000 03616263')
  const footer = fromHex('494433 04 00 10 00000000 334449 04 00 10 00000000')
  assert.deepEqual(readId3Tags(v3), { endAt: v3.length, timestamp90k: 9000 })
  for (const before of [text, footer]) assert.equal(readId3Tags(concatBytes([before, tagOf(9000)])).timestamp90k, 9000)
})

const refused = [
  { name: 'a tag that runs over the end', bytes: '494433 04 00 00 00000f7f 50524956', code: 'PACKED_ID3' },
  { name: 'tags without end', bytes: '494433 04 00 00 00000000'.repeat(9), code: 'PACKED_ID3' },
  { name: 'what is no sound', bytes: '494433 04 00 00 00000000 47400010', code: 'PACKED_FORM' },
  { name: 'nothing behind the tag', bytes: '494433 04 00 00 00000000', code: 'PACKED_FORM' },
]
for (const { name, bytes, code } of refused)
  test(`packed audio refuses ${name}`, () => assert.throws(() => readAll([fromHex(bytes)]), { code }))

test('MPEG audio layer II is named, as nothing downstream takes it', () => {
  const layer2 = new Uint8Array(384)
  layer2.set([0xff, 0xfd, 0x84, 0x04])
  assert.throws(() => readAll([concatBytes([tagOf(9000), layer2, layer2])]), /the sound is MP2 audio/)
})

test('a transport stream and fragmented MP4 are no packed audio', () => {
  for (const bytes of ['4740001000', '0000001866747970', '', 'ff', 'ffff']) assert.equal(isPackedAudio(fromHex(bytes)), false, bytes)
  for (const bytes of ['fff14c80', 'fffb9444', '0b770000']) assert.equal(isPackedAudio(fromHex(bytes)), true, bytes)
})

test('any bytes give frames of finite time or an error of the peer (seed 51)', () => {
  const goods = [concatBytes([tagOf(126_000), adtsOf(5)]), adtsOf(3)]
  for (const b of mutationsOf(51, Number(process.env['SLUICE_FUZZ'] ?? 4000), goods)) {
    try {
      for (const { dts } of readAll([goods[0]!, b, b], false).frames) assert.ok(Number.isSafeInteger(dts))
    } catch (err) {
      assert.ok(err instanceof SluiceError && err.blame === 'peer', `${toHex(b)}: ${err}`)
    }
  }
})
