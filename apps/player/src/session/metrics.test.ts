import { expect, test } from 'vitest'
import { MetricsCounter, type SeenVideo } from './metrics.ts'

const videoWith = (totalVideoFrames: number): SeenVideo => ({
  getVideoPlaybackQuality: () => ({ totalVideoFrames, droppedVideoFrames: 1 }),
  videoWidth: 1280,
  videoHeight: 720,
})

test('the wait before the first picture is start-up and no stall', () => {
  const counter = new MetricsCounter()
  counter.started(1000)
  counter.stalled(1100)
  counter.playing(1700)
  expect(counter.read('live', videoWith(5), 4000, 2000)).toMatchObject({ startupMs: 700, stalls: 0, stalledMs: 0, frames: 5 })
})

test('a stall is counted once and lasts until pictures move', () => {
  const counter = new MetricsCounter()
  counter.started(0)
  counter.playing(500)
  counter.stalled(1000)
  counter.stalled(1500)
  expect(counter.read('stalled', videoWith(5), null, 2000)).toMatchObject({ stalls: 1, stalledMs: 1000 })
  counter.playing(3000)
  expect(counter.read('live', videoWith(5), null, 9000)).toMatchObject({ stalls: 1, stalledMs: 2000 })
})

test('frames are counted over reloads', () => {
  const counter = new MetricsCounter()
  counter.carryOver({ totalVideoFrames: 100, droppedVideoFrames: 2 })
  expect(counter.read('live', videoWith(5), null, 0)).toMatchObject({ frames: 105, droppedFrames: 3 })
})

test('a channel that ends and starts again is timed again', () => {
  const counter = new MetricsCounter()
  counter.started(0)
  counter.playing(500)
  counter.ended(10_000)
  counter.started(20_000)
  counter.playing(20_400)
  expect(counter.read('live', videoWith(0), null, 0).startupMs).toBe(400)
})
