import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Frame, ticksPerMs } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { ProgrammeBus } from '../bus/index.ts'
import { MediaStore, type Rendition, type Segment } from '../store/index.ts'
import { Packager } from './index.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

function packageOf(frames: readonly Frame[], tracks = [...new Set(frames.map(({ track }) => track))]) {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const store = new MediaStore({ clock, maxSegments: 1000, targetDurationS: 2 })
  const packager = new Packager({ bus, store, clock, segmentMs: 2000, partMs: 500 })
  bus.splice(tracks)
  for (const frame of frames) {
    clock.advance(Math.max(0, frame.dts / ticksPerMs - clock.nowMs()))
    bus.putFrame(frame)
  }
  const { longGopMs } = packager
  packager.finishSegment()
  const of = (kind: 'video' | 'audio'): Rendition | undefined => store.renditions.find((rendition) => rendition.kind === kind)
  return { store, longGopMs, pictures: of('video')?.segments ?? [], sounds: of('audio')?.segments ?? [] }
}
const durationsMs = (segments: readonly Segment[]): number[] => segments.map(({ duration90k }) => Math.round(duration90k / ticksPerMs))
const isGap = ({ parts }: Segment): boolean => parts.every((part) => part.isGap)

const cadences = [
  { name: 'a GOP of 2 s gives segments of 2 s [PLB-01]', gopFrames: 60, wantMs: [2000, 2000, 2000, 2000] },
  { name: 'a GOP of 1 s gives segments of 2 s', gopFrames: 30, wantMs: [2000, 2000, 2000, 2000] },
  { name: 'a GOP a frame short of 2 s is on time', gopFrames: 59, wantMs: [1967, 1967, 1967, 1967, 133] },
  {
    name: 'a GOP of 0.75 s is cut at the next one after 2 s, which the target duration has room for',
    gopFrames: 23,
    wantMs: [2300, 2300, 2300, 1100],
  },
  { name: 'a GOP of 1.5 s is cut at each, as two would be too long', gopFrames: 45, wantMs: [3000, 1500, 1500, 1500, 500].slice(1) },
]
for (const { name, gopFrames, wantMs } of cadences) {
  test(name, () => {
    const { pictures, longGopMs } = packageOf(makeMedia({ video, audio, durationMs: 8000, gopFrames }))
    const found = durationsMs(pictures)
    assert.deepEqual(gopFrames === 45 ? found.slice(-4) : found, wantMs)
    assert.ok(gopFrames === 45 || pictures.every(({ isIndependent }) => isIndependent))
    assert.equal(longGopMs, null)
  })
}

test('a GOP longer than a segment may be is cut between its key frames, and the operator hears of it', () => {
  const { pictures, longGopMs } = packageOf(makeMedia({ video, audio, durationMs: 20_000, gopFrames: 240 }))
  assert.ok(durationsMs(pictures).every((ms) => ms < 2500))
  assert.ok(pictures.some(({ isIndependent }) => !isIndependent))
  assert.equal(longGopMs, 8000)
})

test('sound alone is cut each 2 s, and has parts', () => {
  const { sounds } = packageOf(makeMedia({ audio, durationMs: 6000 }))
  assert.deepEqual(durationsMs(sounds), [2005, 2005, 2005])
  assert.ok(sounds.every(({ parts }) => parts.length >= 4))
})

test('what comes before the first key frame is left out', () => {
  const { pictures, sounds } = packageOf([
    makeFrame(audio, 0),
    makeFrame(video, 10),
    makeFrame(audio, 20),
    makeFrame(video, 60, { isKey: true }),
  ])
  assert.deepEqual([pictures[0]?.parts[0]?.frames, sounds[0]?.startDts], [1, 60 * ticksPerMs])
})

test('pictures beyond the first are left out; every sound is there, in a rendition of its own', () => {
  const second = makeAudioTrack(1)
  const frames = [...makeMedia({ video, audio, durationMs: 5000 }), ...makeMedia({ audio: second, durationMs: 5000 })]
  frames.push(...makeMedia({ video: makeVideoTrack('64x64', 1), durationMs: 5000 }))
  const { store } = packageOf(frames.sort((a, b) => a.dts - b.dts))
  assert.deepEqual(
    store.renditions.map(({ id }) => id),
    ['v_source', 'a_source', 'a_source_1'],
  )
  const [, first, other] = store.renditions
  assert.deepEqual(
    first!.segments.map(({ number, startDts }) => [number, startDts]),
    other!.segments.map(({ number, startDts }) => [number, startDts]),
  )
})

test('video that stays away is not waited for: sound goes on in segments, and video comes back at its key frame', () => {
  const before = makeMedia({ video, audio, durationMs: 3000, gopFrames: 30 })
  const alone = makeMedia({ audio, startMs: 3008, durationMs: 20_000 })
  const after = makeMedia({ video, audio, startMs: 23_040, durationMs: 3000, gopFrames: 30 })
  const { pictures, sounds } = packageOf([...before, ...alone, makeFrame(video, 23_010), ...after])
  for (const { duration90k } of sounds) assert.ok(duration90k > 0 && duration90k < 2.5 * 90_000)
  const frames = sounds.flatMap(({ parts }) => parts).reduce((sum, part) => sum + part.frames, 0)
  assert.ok(frames >= [...before, ...alone, ...after].filter(({ track }) => track === audio).length - 2, `${frames} frames of sound`)
  assert.ok(pictures.filter(isGap).length >= 8)
  assert.equal(pictures.findLast(({ isSpliced }) => isSpliced)!.startDts, 23_040 * ticksPerMs)
  for (const [i, { number }] of pictures.entries()) assert.equal(number, pictures[0]!.number + i)
})

test('an end without a next frame gives the last one a usual length', () => {
  assert.deepEqual(durationsMs(packageOf(makeMedia({ video, audio, durationMs: 100, fps: 25 })).pictures), [120])
})

test('a part goes out without its next frame when that is late', () => {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const store = new MediaStore({ clock, maxSegments: 9, targetDurationS: 2 })
  new Packager({ bus, store, clock, segmentMs: 2000, partMs: 500 })
  bus.splice([video])
  for (const frame of makeMedia({ video, durationMs: 300 })) bus.putFrame(frame)
  const parts = (): number => store.renditions[0]!.last?.parts.length ?? 0
  clock.advance(583)
  assert.equal(parts(), 0)
  clock.advance(1)
  assert.deepEqual([parts(), store.renditions[0]!.last!.duration90k], [1, 27_000])
  assert.equal(clock.pendingTimers, 0)
})
