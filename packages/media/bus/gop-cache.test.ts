import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { GopCache } from './gop-cache.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

function cacheOf(frames: readonly Frame[]): GopCache {
  const cache = new GopCache()
  for (const frame of frames) cache.push(frame)
  return cache
}

test('the cache holds the frames since the last key frame, audio included, as they are', () => {
  const frames = makeMedia({ video, audio, durationMs: 5000, gopFrames: 60 })
  const cached = cacheOf(frames).frames
  assert.equal(cached[0]!.isKey && cached[0]!.dts === 4000 * 90, true)
  assert.deepEqual(cached, frames.slice(-cached.length))
  assert.equal(cached[0], frames.at(-cached.length))
})

test('nothing is cached before the first key frame', () => {
  const frames = makeMedia({ video, audio, durationMs: 1000, gopFrames: 60 }).slice(1)
  assert.equal(frames[0]!.isKey, true, 'audio')
  assert.deepEqual(cacheOf([makeFrame(video, 0), ...frames]).frames, [])
})

test('audio that came alone is forgotten when video begins in the middle of a GOP', () => {
  const early = makeMedia({ audio, durationMs: 500 })
  assert.deepEqual(cacheOf([...early, makeFrame(video, 500), makeFrame(audio, 520)]).frames, [])
})

test('a key frame of a second video track does not start a GOP', () => {
  const second = makeVideoTrack('128x64', 1)
  const cache = cacheOf([makeFrame(video, 0, { isKey: true }), makeFrame(second, 0, { isKey: true }), makeFrame(video, 33)])
  assert.equal(cache.frames.length, 3)
  assert.deepEqual(cacheOf([makeFrame(second, 0, { isKey: true })]).frames, [])
})

test('audio alone keeps its last second', () => {
  const cached = cacheOf(makeMedia({ audio, durationMs: 10_000 })).frames
  assert.ok(Math.abs(cached.length - 47) <= 1, `${cached.length} frames`)
})

test('audio whose time stands still stays bounded', () => {
  assert.equal(cacheOf(Array.from({ length: 5000 }, () => makeFrame(audio, 0))).frames.length, 400)
})

const tooMuch = [
  { name: 'over 32 MiB', next: (i: number) => makeFrame(video, i * 33, { byteCount: 8 * 1024 * 1024 }), count: 5 },
  { name: 'over 30 s', next: (i: number) => makeFrame(video, i * 1000), count: 32 },
  { name: 'over 6600 frames, as when its time stands still', next: () => makeFrame(video, 0, { byteCount: 1 }), count: 6700 },
]
for (const { name, next, count } of tooMuch) {
  test(`a GOP of ${name} is given up until the next key frame`, () => {
    const cache = cacheOf([makeFrame(video, 0, { isKey: true }), ...Array.from({ length: count }, (_, i) => next(i))])
    assert.deepEqual(cache.frames, [])
    cache.push(makeFrame(audio, 90_000))
    assert.deepEqual(cache.frames, [])
    cache.push(makeFrame(video, 90_001, { isKey: true }))
    assert.equal(cache.frames.length, 1)
  })
}
