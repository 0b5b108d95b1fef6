import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import type { Codec } from '@sluice/base/words'
import type { Track } from '@sluice/codecs/frame'
import { audioSamples, isKeyFrame, nalLengthBytes, readFrameTrack, readTrack, withVp9Size } from './index.ts'

const configs: { kind: Track['kind']; codec: Codec; config: string; expected: string }[] = [
  {
    kind: 'video',
    codec: 'h264',
    config: '0164002affe100196764002aacd940780227e5c04400000fa4000753003c60c65801000468ef8fcbfdf8f800',
    expected: 'avc1.64002a 1920x1080 59.94 High 4.2',
  },
  {
    kind: 'video',
    codec: 'h265',
    config:
      '0101600000009000000000003ff000fcfdf8f800000f03200001001840010c01ffff01600000030090000003000003003f959409210001002b42010101600000030090000003000003003fa005020171f2e595952930bc05a020000003002000000303c122000100064401c073c189',
    expected: 'hvc1.1.6.L63.90 640x360 30.00 Main 2.1',
  },
  { kind: 'video', codec: 'av1', config: '81080c000a0b00000042abbfc3700be001', expected: 'av01.0.08M.08 1920x1080 - Main 4.0' },
  { kind: 'video', codec: 'vp9', config: '010000000015820202020000', expected: 'vp09.00.21.08 0x0 - Profile 0 2.1' },
  { kind: 'audio', codec: 'aac', config: '1210', expected: 'mp4a.40.2 44100 2' },
  { kind: 'audio', codec: 'opus', config: '4f707573486561640101380180bb0000000000', expected: 'opus 48000 1' },
  { kind: 'audio', codec: 'mp3', config: 'fffb9064', expected: 'mp4a.6b 44100 2' },
  { kind: 'audio', codec: 'mp3', config: 'fff380c4', expected: 'mp4a.69 22050 1' },
  { kind: 'audio', codec: 'ac3', config: '103de0', expected: 'ac-3 48000 6' },
  { kind: 'audio', codec: 'eac3', config: '0600200400', expected: 'ec-3 48000 2' },
  {
    kind: 'audio',
    codec: 'flac',
    config: '00000022120012000000c20004ff0bb800f000002580bad7bf8f781a2330b6b7b8712dacb304',
    expected: 'fLaC 48000 1',
  },
]
for (const { kind, codec, config, expected } of configs) {
  test(`a ${codec} record becomes a track: ${expected}`, () => {
    const track = readTrack(kind, 3, codec, fromHex(config))
    const facts =
      track.kind === 'video'
        ? `${track.width}x${track.height} ${track.fps?.toFixed(2) ?? '-'} ${track.profile}`
        : `${track.sampleRate} ${track.channels}`
    assert.equal(`${track.codecString} ${facts}`, expected)
    assert.deepEqual([track.kind, track.id, track.codec], [kind, 3, codec])
    assert.deepEqual(readTrack(track.kind, track.id, track.codec, track.config), track)
  })
  test(`an empty ${codec} record is refused`, () => {
    assert.throws(() => readTrack(kind, 0, codec, new Uint8Array(0)), WireError)
  })
}

test('a codec of the other kind is refused', () => {
  assert.throws(() => readTrack('video', 0, 'aac', fromHex('1210')), /aac is no video codec/)
})

test('codecs whose frames describe themselves need no record', () => {
  assert.equal(readFrameTrack(1, 'mp3', fromHex('fffb906400'))?.sampleRate, 44_100)
  assert.equal(readFrameTrack(1, 'ac3', fromHex('0b77b50b1e40ebf8'))?.channels, 6)
  assert.equal(readFrameTrack(1, 'eac3', fromHex('0b77017f3487c000'))?.codecString, 'ec-3')
  assert.equal(readFrameTrack(1, 'ac3', fromHex('0b77017f3487c000')), null, 'E-AC-3 is no AC-3')
  assert.equal(readFrameTrack(1, 'mp3', fromHex('fffde400')), null, 'layer 2 is no MP3')
})

test('a VP9 track learns its size from key frames and stays itself while the size stays', () => {
  const track = readTrack('video', 0, 'vp9', fromHex('010000000000820202020000'))
  const key = fromHex('824983420009f005961238')
  const sized = withVp9Size(track, key)
  assert.deepEqual([sized.width, sized.height, sized.codecString], [160, 90, 'vp09.00.10.08'])
  assert.equal(withVp9Size(sized, key), sized)
  assert.equal(withVp9Size(sized, fromHex('8600409221')), sized)
})

test('length fields have the size that the record states', () => {
  const avcc = fromHex(configs[0]!.config)
  assert.equal(nalLengthBytes(readTrack('video', 0, 'h264', avcc)), 4)
  avcc[4] = 0xfd
  const short = readTrack('video', 0, 'h264', avcc)
  assert.equal(nalLengthBytes(short), 2)
  assert.equal(isKeyFrame(short, fromHex('00026588')), true)
  assert.equal(isKeyFrame(short, fromHex('0002419a')), false)
})

test('packets tell how long they last', () => {
  const audio = (codec: Codec, config: string) => readTrack('audio', 0, codec, fromHex(config))
  assert.equal(audioSamples(audio('aac', '2b920800'), fromHex('00')), 2048)
  assert.equal(audioSamples(audio('opus', configs[5]!.config), fromHex('f8ff')), 960)
  assert.equal(audioSamples(audio('mp3', 'fffb9064'), fromHex('fffb9064')), 1152)
  assert.equal(audioSamples(audio('ac3', '103de0'), fromHex('0b77b50b1e40ebf8')), 1536)
  assert.equal(audioSamples(audio('flac', configs[10]!.config), fromHex('fff8')), 4608)
  assert.equal(audioSamples(audio('opus', configs[5]!.config), new Uint8Array(0)), 0)
})
