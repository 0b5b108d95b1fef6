import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { formatVp9Codec, formatVp9Profile, isVp9KeyFrame, readVp9Config, readVp9KeyFrame, toVp9Config, writeVp9Config } from './index.ts'

// The first bytes of frames that libvpx made (ffmpeg 5.1), sizes as ffprobe reads them.
const frames = [
  { name: '4:2:0', bytes: '824983420009f005961238', profile: 0, bitDepth: 8, chromaSubsampling: 1, isFullRange: false },
  { name: '4:4:4', bytes: 'a249834200013e00b2c087', profile: 1, bitDepth: 8, chromaSubsampling: 3, isFullRange: false },
  { name: '10 bit', bytes: '924983420004f802cb021c', profile: 2, bitDepth: 10, chromaSubsampling: 1, isFullRange: false },
  { name: 'RGB', bytes: 'a2498342e009f005960038', profile: 1, bitDepth: 8, chromaSubsampling: 3, isFullRange: true },
]
for (const { name, bytes, ...facts } of frames) {
  test(`key frame header: ${name}`, () => {
    assert.deepEqual(readVp9KeyFrame(fromHex(bytes)), { ...facts, width: 160, height: 90 })
    assert.equal(isVp9KeyFrame(fromHex(bytes)), true)
  })
}

const notKey = [
  { name: 'an inter frame', bytes: '8600409221' },
  { name: 'a frame shown again', bytes: '8800' },
  { name: 'another marker', bytes: '4249834200' },
  { name: 'nothing', bytes: '' },
]
for (const { name, bytes } of notKey) {
  test(`no key frame: ${name}`, () => {
    assert.equal(isVp9KeyFrame(fromHex(bytes)), false)
    assert.equal(readVp9KeyFrame(fromHex(bytes)), null)
  })
}

test('a key frame that ends before its size tells nothing', () => assert.equal(readVp9KeyFrame(fromHex('82498342 00')), null))

test('vpcC is read with and without version and flags', () => {
  const whole = '010000000015820202020000'
  assert.equal(toHex(toVp9Config(fromHex(whole))), whole)
  assert.equal(toHex(toVp9Config(fromHex(whole.slice(8)))), whole)
  const config = readVp9Config(fromHex(whole))
  assert.deepEqual(config, { profile: 0, level: 21, bitDepth: 8, chromaSubsampling: 1, isFullRange: false })
  assert.equal(formatVp9Profile(config), 'Profile 0 2.1')
  assert.equal(formatVp9Codec(config, { width: 640, height: 360 }), 'vp09.00.21.08')
})

const levels = [
  { width: 160, height: 90, codec: 'vp09.00.10.08' },
  { width: 1280, height: 720, codec: 'vp09.00.31.08' },
  { width: 1920, height: 1080, codec: 'vp09.00.41.08' },
  { width: 3840, height: 2160, codec: 'vp09.00.51.08' },
  { width: 0, height: 0, codec: 'vp09.00.41.08' },
]
for (const { width, height, codec } of levels) {
  test(`a level that is not stated is taken from ${width}x${height}`, () => {
    assert.equal(formatVp9Codec({ profile: 0, level: 0, bitDepth: 8, chromaSubsampling: 1, isFullRange: false }, { width, height }), codec)
  })
}

test('a record made of a key frame says what the frame says', () => {
  const header = readVp9KeyFrame(fromHex(frames[0]!.bytes))!
  assert.deepEqual(readVp9Config(writeVp9Config(header)), { profile: 0, level: 10, bitDepth: 8, chromaSubsampling: 1, isFullRange: false })
})

for (const bytes of ['', '0100000000158202', '020000000015820202020000', '010000000415820202020000', '010000000015920202020000']) {
  test(`vpcC refuses ${bytes || 'nothing'}`, () => assert.throws(() => readVp9Config(fromHex(bytes)), WireError))
}
