import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '@sluice/base/errors'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { makeLoopFile } from '@sluice/testkit/frames'
import { LoopReader, readFrameLoop } from './index.ts'

test("a loop goes on over its joint: audio to the sample, pictures within the file's millisecond, tracks the same objects", () => {
  const frames: Frame[] = []
  const reader = new LoopReader((frame) => frames.push(frame))
  const file = makeLoopFile()
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
  const loop = readFrameLoop(makeLoopFile())!
  assert.deepEqual([loop.frames.length, loop.frames[0]!.dts, loop.ticks], [41, 0, 48_000])
  const silent = readFrameLoop(makeLoopFile(16, 0))!
  assert.ok(Math.abs(silent.ticks - 48_000) <= 180, `${silent.ticks}`)
})

test('what is no FLV is a WireError, what has no picture or ends in its first tag is no loop', () => {
  assert.throws(() => readFrameLoop(new Uint8Array(64).fill(7)), WireError)
  assert.equal(readFrameLoop(Uint8Array.of(0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0)), null)
  assert.equal(readFrameLoop(makeLoopFile().subarray(0, 60)), null)
  assert.equal(readFrameLoop(new Uint8Array(0)), null)
})
