import { expect, test } from 'vitest'
import { type Attached, MetricsCounter, type SeenVideo } from './metrics.ts'

const bare: Attached = { latencyMs: null, step: 'hls', bitrateBps: null }
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
  expect(counter.read('live', videoWith(5), { ...bare, latencyMs: 4000 }, 2000)).toMatchObject({
    startupMs: 700,
    stalls: 0,
    stalledMs: 0,
    frames: 5,
  })
})

test('a stall is counted once and lasts until pictures move', () => {
  const counter = new MetricsCounter()
  counter.started(0)
  counter.playing(500)
  counter.stalled(1000)
  counter.stalled(1500)
  expect(counter.read('stalled', videoWith(5), bare, 2000)).toMatchObject({ stalls: 1, stalledMs: 1000 })
  counter.playing(3000)
  expect(counter.read('live', videoWith(5), bare, 9000)).toMatchObject({ stalls: 1, stalledMs: 2000 })
})

test('only time in which pictures move counts as played', () => {
  const counter = new MetricsCounter()
  counter.started(0)
  counter.played(400)
  counter.playing(500)
  counter.played(1000)
  counter.stalled(1500)
  counter.played(700)
  counter.playing(2200)
  counter.played(250)
  expect(counter.read('live', videoWith(5), bare, 3000).playedMs).toBe(1250)
})

test('frames are counted over reloads', () => {
  const counter = new MetricsCounter()
  counter.carryOver({ totalVideoFrames: 100, droppedVideoFrames: 2 })
  expect(counter.read('live', videoWith(5), bare, 0)).toMatchObject({ frames: 105, droppedFrames: 3 })
})

test('a channel that ends and starts again is timed again', () => {
  const counter = new MetricsCounter()
  counter.started(0)
  counter.playing(500)
  counter.stalled(600)
  counter.ended(10_000)
  counter.started(20_000)
  counter.playing(20_400)
  expect(counter.read('live', videoWith(0), bare, 0)).toMatchObject({ startupMs: 400, stalls: 0, stalledMs: 0, playedMs: 0 })
})
