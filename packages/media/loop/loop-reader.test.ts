import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { writeAacConfig } from '@sluice/codecs/aac'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'
import { flvConfigBody, flvFrameHeader, flvTimestampMs, writeFlvHeader, writeFlvTag } from '@sluice/containers/flv'
import { makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { LoopReader, readFrameLoop } from './index.ts'

const video = { ...makeVideoTrack(), fps: 30 }
const audio = readTrack('audio', 0, 'aac', writeAacConfig({ objectType: 2, sampleRate: 48_000, channelConfig: 2 }))

/** A file of 16 pictures and 25 packets, which last equally long: 8/15 s. */
function loopFile(pictures = 16, packets = 25): Uint8Array {
  const media = makeMedia({ video, durationMs: 2000, fps: 30, gopFrames: 16, frameBytes: 40 }).slice(0, pictures)
  const shifted = media.map((frame, i) => ({ ...frame, dts: i * 3000, pts: i * 3000 }))
  const sound = Array.from(
    { length: packets },
    (_, i): Frame => ({ track: audio, dts: i * 1920, pts: i * 1920, isKey: true, bytes: Uint8Array.of(1, 2) }),
  )
  const form = { enhanced: true }
  const parts = [writeFlvHeader({ audio: packets > 0, video: true })]
  for (const track of packets > 0 ? [video, audio] : [video]) parts.push(writeFlvTag(track.kind, 0, [flvConfigBody(track, form)!]))
  for (const frame of [...shifted, ...sound].sort((a, b) => a.dts - b.dts)) {
    parts.push(writeFlvTag(frame.track.kind, flvTimestampMs(frame.dts), [flvFrameHeader(frame, form)!, frame.bytes]))
  }
  return concatBytes(parts)
}

test("a loop goes on over its joint: audio to the sample, pictures within the file's millisecond, tracks the same objects", () => {
  const frames: Frame[] = []
  const reader = new LoopReader((frame) => frames.push(frame))
  const file = loopFile()
  for (let round = 0; round < 50; round++) {
    for (let at = 0; at < file.length; at += 97) reader.push(file.subarray(at, at + 97))
    assert.equal(reader.endPass(), 48_000)
  }
  const sound = frames.filter(({ track }) => track.kind === 'audio')
  assert.deepEqual(
    sound.map(({ dts }) => dts),
    Array.from({ length: 50 * 25 }, (_, i) => i * 1920),
  )
  const pictures = frames.filter(({ track }) => track.kind === 'video')
  for (const [i, { dts }] of pictures.entries()) assert.ok(Math.abs(dts - i * 3000) <= ticksPerSecond / 1000)
  assert.equal(new Set(frames.map(({ track }) => track)).size, 2)
  assert.equal(reader.tracks.length, 2)
})

test('a loop in memory has its frames from 0 on and its length; without audio the pictures give it', () => {
  const loop = readFrameLoop(loopFile())!
  assert.deepEqual([loop.frames.length, loop.frames[0]!.dts, loop.ticks], [41, 0, 48_000])
  const silent = readFrameLoop(loopFile(16, 0))!
  assert.ok(Math.abs(silent.ticks - 48_000) <= 180, `${silent.ticks}`)
})

test('what is no FLV is a WireError, what has no picture or ends in its first tag is no loop', () => {
  assert.throws(() => readFrameLoop(new Uint8Array(64).fill(7)), WireError)
  assert.equal(readFrameLoop(writeFlvHeader({ audio: false, video: true })), null)
  assert.equal(readFrameLoop(loopFile().subarray(0, 60)), null)
  assert.equal(readFrameLoop(new Uint8Array(0)), null)
})
