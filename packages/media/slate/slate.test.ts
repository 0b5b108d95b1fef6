import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { writeAacConfig } from '@sluice/codecs/aac'
import type { AudioTrack, Frame } from '@sluice/codecs/frame'
import { readNalUnits, writeNalUnits } from '@sluice/codecs/nal'
import { makeAudioTrack, makeFrame, makeHevcTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { aacSilence } from './aac-silence.ts'
import { LastPicture } from './last-picture.ts'
import { silenceFor } from './silence.ts'
import { Slate } from './slate.ts'
import { pictureTicks, stillPictures } from './still-picture.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
/** SPS, SEI and an IDR slice, as an encoder sends them. */
const idrFrame = (byteCount = 100): Frame => ({
  ...makeFrame(video, 5000, { isKey: true, ptsMs: 5066 }),
  bytes: writeNalUnits([fromHex('6742c00a'), fromHex('0605ff01'), new Uint8Array(byteCount).fill(0x65, 0, 1)]),
})

test('a slate repeats the picture and fills with silence, in order of dts, each frame once', () => {
  const slate = Slate.make({ tracks: [video, audio], picture: idrFrame(), programmeBps: 0 })!
  assert.deepEqual(slate.tracks, [video, audio])
  const frames = [...slate.take(45_000), ...slate.take(45_000), ...slate.take(90_000)]
  const pictures = frames.filter((frame) => frame.track === video)
  assert.deepEqual(
    pictures.map(({ dts, pts, isKey }) => [dts, pts, isKey]),
    [
      [0, 66 * 90, true],
      [45_000, 45_000 + 66 * 90, true],
    ],
  )
  assert.equal(pictures[0]!.bytes, pictures[1]!.bytes)
  const sounds = frames.filter((frame) => frame.track === audio).map(({ dts }) => dts)
  assert.deepEqual(
    sounds,
    Array.from({ length: 47 }, (_, i) => i * 1920),
  )
  assert.deepEqual(
    frames.slice(0, 26).map(({ dts }) => dts),
    frames
      .slice(0, 26)
      .map(({ dts }) => dts)
      .toSorted((a, b) => a - b),
  )
})

test('a programme of audio alone has a slate of silence; one without silence has the picture alone; nothing has none', () => {
  const mp3: AudioTrack = { ...audio, codec: 'mp3' }
  assert.deepEqual(Slate.make({ tracks: [audio], picture: null, programmeBps: 0 })!.tracks, [audio])
  assert.deepEqual(Slate.make({ tracks: [video, mp3], picture: idrFrame(), programmeBps: 0 })!.tracks, [video])
  assert.equal(Slate.make({ tracks: [mp3], picture: null, programmeBps: 0 }), null)
})

const distances = [
  { bytes: 50_000, bps: 4_000_000, ms: 100 },
  { bytes: 100_000, bps: 4_000_000, ms: 200 },
  { bytes: 10_000, bps: 4_000_000, ms: 100 },
  { bytes: 900_000, bps: 4_000_000, ms: 1000 },
  { bytes: 900_000, bps: 0, ms: 500 },
]
for (const { bytes, bps, ms } of distances) {
  test(`a picture of ${bytes} bytes in a programme of ${bps} bit/s is shown each ${ms} ms`, () => {
    assert.equal(pictureTicks(bytes, bps), ms * 90)
  })
}

test('a still H.264 picture has lost its SEI, and nothing else', () => {
  const units = readNalUnits(stillPictures(idrFrame())[0], 4)
  assert.deepEqual(
    units.map((unit) => unit[0]! & 0x1f),
    [7, 5],
  )
})

test('a picture at a recovery point keeps the SEI that makes it a key frame', () => {
  const bytes = writeNalUnits([fromHex('06060188'), fromHex('41aabb')])
  assert.deepEqual(stillPictures({ ...idrFrame(), bytes }), [bytes])
})

test('a CRA picture of H.265 is shown again as BLA', () => {
  const track = { ...makeHevcTrack(), config: Uint8Array.from({ length: 23 }, () => 3) }
  const [still] = stillPictures({ ...idrFrame(), track, bytes: writeNalUnits([fromHex('4e0101'), fromHex('2a01af')]) })
  assert.deepEqual(readNalUnits(still, 4).map(toHex), ['2401af'])
})

const layouts = [
  { channelConfig: 1, hex: '00c80007' },
  { channelConfig: 2, hex: '2064000190000e' },
]
for (const { channelConfig, hex } of layouts) {
  test(`silence of channel configuration ${channelConfig} is ${hex}`, () => {
    const silence = aacSilence(writeAacConfig({ objectType: 2, sampleRate: 48_000, channelConfig }))!
    assert.deepEqual([toHex(silence.bytes), silence.samples, silence.sampleRate], [hex, 1024, 48_000])
  })
}

test('silence is there for AAC-LC up to 7.1 and for Opus of two channels, and for nothing else', () => {
  for (const channelConfig of [3, 4, 5, 6, 7]) {
    assert.ok(aacSilence(writeAacConfig({ objectType: 2, sampleRate: 44_100, channelConfig })) !== null)
  }
  assert.equal(aacSilence(writeAacConfig({ objectType: 1, sampleRate: 44_100, channelConfig: 2 })), null)
  assert.equal(silenceFor({ ...audio, codec: 'opus', channels: 2 })?.samples, 960)
  assert.equal(silenceFor({ ...audio, codec: 'opus', channels: 6 }), null)
  assert.equal(silenceFor({ ...audio, codec: 'ac3' }), null)
})

test('the last picture is the last key frame, with the bitrate of the GOP that ended with it', () => {
  const last = new LastPicture()
  const media = makeMedia({ video, durationMs: 4100, fps: 25, gopFrames: 50, frameBytes: 1000 })
  for (const frame of media.slice(0, 50)) last.note(frame)
  assert.deepEqual([last.frame, last.bitrateBps], [media[0], 0])
  for (const frame of media.slice(50)) last.note(frame)
  assert.deepEqual([last.frame, last.bitrateBps], [media[100], 200_000])
  last.clear()
  assert.equal(last.frame, null)
})
