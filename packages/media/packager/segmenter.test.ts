import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { readFragments } from '@sluice/containers/fmp4'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import type { SegmentMedia } from '../store/index.ts'
import { Segmenter } from './segmenter.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

function segmentsOf(frames: readonly Frame[], tracks = [...new Set(frames.map(({ track }) => track))]): SegmentMedia[] {
  const segmenter = new Segmenter(2000)
  segmenter.setTracks(tracks)
  const segments = frames.map((frame) => segmenter.put(frame))
  return [...segments, segmenter.end()].filter((segment) => segment !== null)
}
const durationsMs = (segments: readonly SegmentMedia[]): number[] => segments.map(({ duration90k }) => Math.round(duration90k / 90))

const cadences = [
  { name: 'a GOP of 2 s gives segments of 2 s [PLB-01]', gopFrames: 60, wantMs: [2000, 2000, 2000, 2000] },
  { name: 'a GOP of 1 s gives segments of 2 s', gopFrames: 30, wantMs: [2000, 2000, 2000, 2000] },
  { name: 'a GOP a frame short of 2 s is on time', gopFrames: 59, wantMs: [1967, 1967, 1967, 1967, 133] },
  { name: 'a GOP of 0.75 s is cut at the next one after 2 s', gopFrames: 23, wantMs: [2300, 2300, 2300, 1100] },
  { name: 'a GOP of 4 s gives segments of 4 s', gopFrames: 120, wantMs: [4000, 4000] },
]
for (const { name, gopFrames, wantMs } of cadences) {
  test(name, () => assert.deepEqual(durationsMs(segmentsOf(makeMedia({ video, audio, durationMs: 8000, gopFrames }))), wantMs))
}

test('every segment starts with a key frame, holds all frames once and continues the one before', () => {
  const frames = makeMedia({ video, audio, startMs: 5000, durationMs: 9000, gopFrames: 45, reorderFrames: 2 })
  const segments = segmentsOf(frames)
  let videoEnd: number | null = null
  let samples = 0
  for (const [i, { bytes, startDts, duration90k }] of segments.entries()) {
    const [fragment] = readFragments(bytes)
    const [pictures, sounds] = fragment!.runs
    assert.equal(fragment!.sequence, i + 1)
    assert.equal(pictures!.samples[0]!.isSync, true)
    assert.equal(pictures!.samples[0]!.dts, startDts)
    if (videoEnd !== null) assert.equal(startDts, videoEnd)
    videoEnd = startDts + duration90k
    samples += pictures!.samples.length + sounds!.samples.length
  }
  assert.equal(samples, frames.length)
})

test('samples hold the bytes, times and composition offsets of their frames', () => {
  const frames = makeMedia({ video, durationMs: 500, reorderFrames: 2 })
  const [segment] = segmentsOf(frames)
  const [fragment] = readFragments(segment!.bytes)
  for (const [i, sample] of fragment!.runs[0]!.samples.entries()) {
    assert.deepEqual(segment!.bytes.subarray(sample.at, sample.end), frames[i]!.bytes)
    assert.deepEqual([sample.dts, sample.pts, sample.isSync], [frames[i]!.dts, frames[i]!.pts, frames[i]!.isKey])
  }
})

test('audio alone is cut each 2 s', () => {
  const lengths = durationsMs(segmentsOf(makeMedia({ audio, durationMs: 6000 })))
  assert.deepEqual(lengths, [2005, 2005, 2005])
})

test('what comes before the first key frame is left out', () => {
  const [segment] = segmentsOf([makeFrame(audio, 0), makeFrame(video, 10), makeFrame(audio, 20), makeFrame(video, 30, { isKey: true })])
  assert.equal(segment!.frames, 1)
})

test('tracks beyond the first of each kind are left out', () => {
  const [segment] = segmentsOf([
    makeFrame(video, 0, { isKey: true }),
    makeFrame(makeAudioTrack(1), 1),
    makeFrame(makeVideoTrack('64x64', 1), 2),
  ])
  assert.equal(segment!.frames, 1)
})

test('an endless GOP is cut after 30 s', () => {
  assert.deepEqual(durationsMs(segmentsOf(makeMedia({ video, durationMs: 65_000, gopFrames: 1e6 }))), [30_000, 30_000, 5000])
})

test('video that stays away is not waited for: audio goes on in segments, and video comes back at its key frame', () => {
  const before = makeMedia({ video, audio, durationMs: 3000, gopFrames: 30 })
  const alone = makeMedia({ audio, startMs: 3008, durationMs: 20_000 })
  const after = makeMedia({ video, audio, startMs: 23_040, durationMs: 2000, gopFrames: 30 })
  const segments = segmentsOf([...before, ...alone, makeFrame(video, 23_010), ...after])
  const kinds = segments.map(({ bytes }) =>
    readFragments(bytes)[0]!
      .runs.map(({ trackId }) => 'va'[trackId - 1])
      .join(''),
  )
  assert.deepEqual(kinds, ['va', 'va', 'a', 'a', 'a', 'a', 'a', 'a', 'va'])
  assert.ok(segments.every(({ duration90k }) => duration90k > 0 && duration90k < 12 * 90_000))
  assert.equal(segments.at(-1)!.startDts, 23_040 * 90)
  for (let i = 1; i < segments.length; i++) {
    const gap = segments[i]!.startDts - segments[i - 1]!.startDts - segments[i - 1]!.duration90k
    assert.equal(gap, 0, `segment ${i}`)
  }
})

test('an end without a next frame gives the last one a usual length', () => {
  const [segment] = segmentsOf(makeMedia({ video, audio, durationMs: 100, fps: 25 }))
  assert.deepEqual(durationsMs([segment!]), [120])
})

/** Encoders whose clock does not run as it should: the time of the i-th frame, milliseconds. */
const clocks = [
  { name: 'stands still', at: () => 0 },
  { name: 'goes back', at: (i: number) => 1e6 - i * 33 },
  { name: 'creeps', at: (i: number) => i / 90 },
  { name: 'swings', at: (i: number) => 1000 + 500 * Math.sin(i) },
]
for (const { name, at } of clocks) {
  test(`a clock that ${name} holds no more than the bounds of an open segment, and loses no frame`, () => {
    const segmenter = new Segmenter(2000)
    segmenter.setTracks([video, audio])
    let [put, cut, open] = [0, 0, 0]
    const byteCount = 40_000
    for (let i = 0; i < 20_000; i++) {
      const done = segmenter.put(makeFrame(i % 3 === 2 ? audio : video, at(i), { isKey: i === 0 || i % 3 === 2, byteCount }))
      put++
      if (done !== null) {
        cut += done.frames
        assert.ok(done.frames <= 6600 && done.bytes.length < 34 * 1024 * 1024, `${done.frames} frames, ${done.bytes.length} bytes`)
        assert.ok(Number.isFinite(done.duration90k) && done.duration90k >= 0)
      }
      open = put - cut
      assert.ok(open * byteCount <= 32 * 1024 * 1024, `${open} frames are held`)
    }
    assert.equal(cut + (segmenter.end()?.frames ?? 0), put)
  })
}

test('frames of a few bytes are bounded by their number', () => {
  const segmenter = new Segmenter(2000)
  segmenter.setTracks([video])
  const cuts = Array.from({ length: 20_000 }, (_, i) => segmenter.put(makeFrame(video, 0, { isKey: i === 0, byteCount: 6 })))
  assert.deepEqual(
    cuts.flatMap((segment) => (segment === null ? [] : [segment.frames])),
    [6600, 6600, 6600],
  )
})
