import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { Pacer } from './pacer.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

/** Two seconds of pictures, and of sound where it is asked for, from `startMs` of the source's clock on. */
const segment = (startMs: number, tracks: { video?: typeof video; audio?: typeof audio } = { video }): Frame[] =>
  makeMedia({ ...tracks, startMs, durationMs: 2000, gopFrames: 60 })

/** A pacer under a fake clock that is looked at each 10 ms; notes when each frame came. */
function makeStage(lanes = 1) {
  const clock = new FakeClock(5000)
  const pacer = new Pacer(lanes)
  const seen: { atMs: number; kind: string; dtsMs: number }[] = []
  const run = (ms: number): void => {
    for (let left = ms; left > 0; left -= 10) {
      clock.advance(10)
      pacer.take(clock.nowMs(), ({ track, dts }) => seen.push({ atMs: clock.nowMs(), kind: track.kind, dtsMs: dts / 90 }) > 0)
    }
  }
  const offer = (startMs: number, isDiscontinuous = false, lane = 0, frames = segment(startMs)): void =>
    pacer.offer(lane, frames, isDiscontinuous, clock.nowMs())
  const start = (): void => pacer.start(clock.nowMs())
  const longestGapMs = (): number => Math.max(...seen.slice(1).map(({ atMs }, i) => atMs - seen[i]!.atMs))
  return { clock, pacer, seen, run, offer, start, longestGapMs }
}

test('segments that come whole leave frame by frame in real time', () => {
  const { clock, pacer, seen, run, offer, start, longestGapMs } = makeStage()
  offer(100_000)
  start()
  offer(102_000)
  assert.ok(pacer.bufferedMs(clock.nowMs()) > 3900)
  run(4000)
  assert.equal(seen.length, 120)
  assert.ok(longestGapMs() <= 40, `${longestGapMs()}`)
  for (const { atMs, dtsMs } of seen) assert.ok(Math.abs(atMs - 5000 - (dtsMs - 100_000)) <= 10)
  assert.deepEqual([pacer.queuedBytes, pacer.dueMs()], [0, null])
})

test('nothing leaves before the start, and then the moment of the next frame is known', () => {
  const { clock, pacer, seen, run, offer, start } = makeStage()
  offer(0)
  run(1000)
  assert.deepEqual([seen.length, pacer.dueMs()], [0, null])
  start()
  pacer.take(clock.nowMs(), () => true)
  assert.ok(Math.abs(pacer.dueMs()! - clock.nowMs() - 33.3) < 0.1)
})

test('a segment that is late makes a silence of that length, and those behind it keep their distance', () => {
  const { seen, run, offer, start, longestGapMs } = makeStage()
  offer(0)
  start()
  run(5000)
  offer(2000)
  offer(4000)
  run(4000)
  assert.equal(seen.length, 180)
  assert.ok(Math.abs(longestGapMs() - 3030) <= 50, `${longestGapMs()}`)
  assert.ok(seen.slice(60).every(({ atMs }, i) => i === 0 || atMs - seen[59 + i]!.atMs <= 40))
})

test('a discontinuity, a time base that changes without one, and a recording that starts over leave without a seam', () => {
  for (const [nextMs, isDiscontinuous] of [
    [900_000, true],
    [0, true],
    [7_200_000, false],
    [-50_000, false],
  ] as const) {
    const { seen, run, offer, start, longestGapMs } = makeStage()
    offer(10_000)
    start()
    offer(nextMs, isDiscontinuous)
    run(4100)
    assert.equal(seen.length, 120)
    assert.ok(longestGapMs() <= 40, `${nextMs}: ${longestGapMs()}`)
    assert.ok(seen.every(({ dtsMs }, i) => i === 0 || Math.abs(dtsMs - seen[i - 1]!.dtsMs - 33.3) < 0.1))
  }
})

test('a lost segment leaves a hole of its own length', () => {
  const { seen, run, offer, start, longestGapMs } = makeStage()
  offer(0)
  start()
  offer(4000)
  run(6100)
  assert.equal(seen.length, 120)
  assert.ok(Math.abs(longestGapMs() - 2030) <= 50)
})

test('pictures and sound of two playlists stay together over a discontinuity, whichever comes to it first', () => {
  const { seen, run, offer, start } = makeStage(2)
  offer(0, false, 0)
  offer(0, false, 1, segment(0, { audio }))
  start()
  offer(50_000, true, 1, segment(50_000, { audio }))
  offer(50_000, true, 0)
  run(4200)
  const at = (kind: string): number[] => seen.filter((one) => one.kind === kind).map(({ atMs }) => atMs)
  assert.deepEqual([at('video').length, at('audio').length], [120, 188])
  // The sound's last frame reaches a little past the picture's: its end counts.
  assert.ok(Math.abs(at('video')[60]! - at('audio')[94]!) <= 20)
})

test('sound from before the first picture is dropped at the start', () => {
  const { seen, run, offer, start } = makeStage(2)
  offer(0, false, 1, segment(0, { audio }))
  offer(1000, false, 0)
  start()
  run(100)
  assert.deepEqual([seen[0]?.kind, seen.find(({ kind }) => kind === 'audio')!.dtsMs >= 1000], ['video', true])
})

test('a stream that hangs back is played 2 % faster until it does not', () => {
  const { clock, pacer, seen, run, offer, start } = makeStage()
  for (let i = 0; i < 10; i++) offer(i * 2000)
  start()
  pacer.setCatchUp(true, clock.nowMs())
  run(10_000)
  assert.ok(Math.abs(seen.length - 306) <= 1, `${seen.length}`)
  pacer.setCatchUp(false, clock.nowMs())
  run(1000)
  assert.ok(Math.abs(seen.length - 336) <= 1, `${seen.length}`)
})

test('what is cut is gone, and playing begins anew with what comes next', () => {
  const { clock, pacer, seen, run, offer, start } = makeStage()
  offer(0)
  start()
  run(500)
  pacer.cut()
  assert.deepEqual([pacer.queuedBytes, pacer.isPlaying, pacer.bufferedMs(clock.nowMs())], [0, false, 0])
  offer(20_000)
  start()
  run(2000)
  assert.deepEqual([seen.length, seen.at(-1)!.dtsMs > 21_900], [76, true])
})
