import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex, toHex } from '@sluice/base/bytes'
import { readAacConfig, writeAacConfig, writeAdtsHeader, writeProgramElement } from '@sluice/codecs/aac'
import type { Frame } from '@sluice/codecs/frame'
import { readFrameTrack, readTrack } from '@sluice/codecs/track'
import { bytesFrom } from '@sluice/testkit/random'
import { collect } from './testing/collect.ts'

/** ffmpeg's AudioSpecificConfig of 5.1(side). */
const sideConfig = fromHex('118004c844002000c40d4c61766335392e33372e31303056e500')
const stereo = { objectType: 2, coreSampleRate: 48_000, channelConfig: 2 }
const block = (i: number): Uint8Array => Uint8Array.of(0x21, i, 0x5a)
const adts = (i: number, config = stereo): Uint8Array => concatBytes([writeAdtsHeader(config, 3)!, block(i)])
const packet = { kind: 'audio', id: 0, codec: 'aac', pts: 0 } as const
const look = ({ dts, bytes }: Frame): string => `${dts} ${toHex(bytes)}`

test('AAC with ADTS headers and no configuration becomes bare frames under the one that the headers tell', () => {
  const { normaliser, frames, tracks, codes } = collect()
  for (let i = 0; i < 4; i++) normaliser.putPacket({ ...packet, dts: i * 1920, bytes: adts(i) })
  assert.deepEqual(
    frames.map(look),
    [0, 1, 2, 3].map((i) => look({ dts: i * 1920, bytes: block(i) } as Frame)),
  )
  assert.equal(tracks.length, 1)
  assert.deepEqual(tracks[0]!.config, writeAacConfig({ ...stereo, sampleRate: 48_000 }))
  assert.deepEqual(codes(), ['config-recovered'])
})

test('several ADTS frames in one body each get a time of their own, and a cut one at the end is named', () => {
  const { normaliser, frames, codes } = collect()
  normaliser.putPacket({ ...packet, dts: 9000, bytes: concatBytes([adts(1), adts(2), adts(3), adts(4).subarray(0, 8)]) })
  assert.deepEqual(
    frames.map(({ dts }) => dts),
    [9000, 10_920, 12_840],
  )
  assert.deepEqual(codes(), ['broken-left-out', 'config-recovered'])
})

test('headers beside a configuration are stripped; one that they contradict gives way, one with SBR does not', () => {
  for (const { config, expected } of [
    { config: '1190', expected: '1190' },
    { config: '1210', expected: '1190' },
    // HE-AAC: 48 kHz out of a core of 24 kHz.
    { config: '2b118800', expected: '2b118800' },
  ]) {
    const { normaliser, frames, tracks } = collect()
    const track = readTrack('audio', 0, 'aac', fromHex(config))
    const { coreSampleRate } = readAacConfig(track.config)
    const header = config === '2b118800' ? { ...stereo, coreSampleRate } : stereo
    for (let i = 0; i < 3; i++) normaliser.putFrame({ track, dts: i * 1920, pts: i * 1920, isKey: true, bytes: adts(i, header) })
    assert.deepEqual(
      frames.map(({ bytes }) => toHex(bytes)),
      [0, 1, 2].map((i) => toHex(block(i))),
    )
    assert.equal(toHex(tracks.at(-1)!.config), expected)
    assert.equal(frames[0]!.track, tracks.at(-1))
  }
})

test('channels that a program config element tells are taken from the first frame that has one', () => {
  const { program } = readAacConfig(sideConfig)
  const header = { objectType: 2, coreSampleRate: 48_000, channelConfig: 0 }
  const first = concatBytes([writeProgramElement(program!), block(0)])
  const { normaliser, frames, tracks } = collect()
  normaliser.putPacket({ ...packet, dts: 0, bytes: adts(9, header) })
  normaliser.putPacket({ ...packet, dts: 1920, bytes: concatBytes([writeAdtsHeader(header, first.length)!, first]) })
  normaliser.putPacket({ ...packet, dts: 3840, bytes: adts(1, header) })
  assert.equal(tracks.length, 1)
  assert.equal(tracks[0]!.kind === 'audio' && tracks[0]!.channels, 6)
  assert.deepEqual(
    frames.map(({ dts }) => dts),
    [1920, 3840],
  )
})

test('AAC without any configuration is named after half a second, and a late one ends it', () => {
  const { normaliser, notes, frames } = collect()
  for (let i = 0; i < 40; i++) normaliser.putPacket({ ...packet, dts: i * 1920, bytes: block(i) })
  assert.deepEqual([notes.length, notes[0]!.code, frames.length], [16, 'config-missing', 0])
  const track = readTrack('audio', 0, 'aac', fromHex('1190'))
  normaliser.putTrack(track)
  normaliser.putFrame({ track, dts: 80_000, pts: 80_000, isKey: true, bytes: block(1) })
  assert.deepEqual([notes.length, frames.length], [16, 1])
})

test('MP3 frames are taken apart and put together, whatever bodies they come in', () => {
  const frame = (fill: number): Uint8Array => concatBytes([fromHex('fffb9064'), new Uint8Array(413).fill(fill)])
  const track = readFrameTrack(0, 'mp3', frame(1))!
  const { normaliser, frames } = collect()
  const put = (dts: number, bytes: Uint8Array): void => normaliser.putFrame({ track, dts, pts: dts, isKey: true, bytes })
  put(0, frame(1))
  put(2351, concatBytes([frame(2), frame(3)]))
  put(7053, frame(4).subarray(0, 200))
  normaliser.putPacket({ kind: 'audio', id: 0, codec: 'mp3', dts: 7100, pts: 7100, bytes: frame(4).subarray(200) })
  assert.deepEqual(
    frames.map(({ bytes }) => toHex(bytes)),
    [1, 2, 3, 4].map((fill) => toHex(frame(fill))),
  )
  assert.deepEqual(
    frames.map(({ dts }) => dts),
    [0, 2351, 4702, 7053],
  )
})

test('any bytes as audio never throw (seed 17)', () => {
  const track = readTrack('audio', 0, 'aac', fromHex('1190'))
  const { normaliser } = collect()
  for (const bytes of bytesFrom(17, 3000)) {
    const marked = bytes.length > 2 ? Uint8Array.from([0xff, 0xf1, ...bytes.subarray(2)]) : bytes
    normaliser.putFrame({ track, dts: 0, pts: 0, isKey: true, bytes: marked })
    normaliser.putPacket({ ...packet, dts: 0, bytes: marked })
    normaliser.putPacket({ ...packet, codec: 'mp3', dts: 0, bytes })
  }
})
