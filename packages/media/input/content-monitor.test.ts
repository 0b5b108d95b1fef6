import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContentFault } from '@sluice/base/words'
import type { Frame } from '@sluice/codecs/frame'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import type { ContentTriggers } from '../switch/index.ts'
import { ContentMonitor } from './content-monitor.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
const triggers: ContentTriggers = { noKeyFrame: true, bitrateShare: 0.1, timeStall: true, audioLoss: true }
const triggerMs = 2500
const goodMs = 20_000
const good = makeMedia({ video, audio, durationMs: goodMs, gopFrames: 60, frameBytes: 2000 })

/** Feeds good media for 20 s, then `then` at its own arrival times; gives the first fault, and when it showed, by a look each 50 ms. */
function firstFault(then: readonly { frame: Frame; atMs: number }[], lookMs: number, on = triggers): [ContentFault, number] | null {
  const watch = new ContentMonitor()
  const arrivals = [...good.map((frame) => ({ frame, atMs: frame.dts / 90 })), ...then].sort((a, b) => a.atMs - b.atMs)
  let next = 0
  for (let nowMs = 0; nowMs <= goodMs + lookMs; nowMs += 50) {
    for (; next < arrivals.length && arrivals[next]!.atMs <= nowMs; next++) watch.add(arrivals[next]!.frame, arrivals[next]!.atMs)
    const fault = watch.fault(on, triggerMs, nowMs)
    if (fault !== null) return [fault, nowMs - goodMs]
  }
  return null
}

const onTime = (frames: readonly Frame[]): { frame: Frame; atMs: number }[] => frames.map((frame) => ({ frame, atMs: frame.dts / 90 }))
const more = { startMs: goodMs, durationMs: 20_000, frameBytes: 2000 }

test('good media, and silence, are no fault of the media', () => {
  assert.equal(firstFault(onTime(makeMedia({ video, audio, ...more })), 20_000), null)
  assert.equal(firstFault([], 2000), null)
})

test('no key frame for two GOPs is a fault', () => {
  const frames = makeMedia({ video, audio, ...more, gopFrames: 100_000 }).filter((frame) => frame.track === audio || !frame.isKey)
  const [fault, atMs] = firstFault(onTime(frames), 20_000)!
  // The last key frame came 2 s before: 2 x 2 s and half a second after it.
  assert.deepEqual([fault, Math.abs(atMs - 2500) <= 100], ['no-key-frame', true], `${atMs} ms`)
})

test('bitrate under a tenth of the mean is a fault after some seconds', () => {
  const [fault, atMs] = firstFault(onTime(makeMedia({ video, ...more, frameBytes: 100 })), 20_000, { ...triggers, audioLoss: false })!
  assert.equal(fault, 'bitrate-collapsed')
  assert.ok(atMs >= 3000 && atMs <= 5500, `${atMs} ms`)
})

test('time that stands still while frames come is a fault at the trigger', () => {
  const frames = Array.from({ length: 600 }, (_, i) => ({ frame: makeFrame(video, goodMs, { byteCount: 2000 }), atMs: goodMs + i * 33 }))
  const [fault, atMs] = firstFault(frames, 20_000, { ...triggers, audioLoss: false, noKeyFrame: false })!
  assert.equal(fault, 'time-stalled')
  assert.ok(atMs >= 2400 && atMs <= 2700, `${atMs} ms`)
})

test('a jump of the clock, forward or back, is no stall', () => {
  const jumped = makeMedia({ video, audio, ...more }).map((frame) => ({
    frame: { ...frame, dts: frame.dts - 1_500_000 },
    atMs: frame.dts / 90,
  }))
  assert.equal(firstFault(jumped, 15_000), null)
  const ahead = makeMedia({ video, audio, ...more }).map((frame) => ({ frame: { ...frame, dts: frame.dts + 9e9 }, atMs: frame.dts / 90 }))
  assert.equal(firstFault(ahead, 15_000), null)
})

test('audio that goes while video comes is a fault at the trigger', () => {
  const [fault, atMs] = firstFault(onTime(makeMedia({ video, ...more })), 20_000)!
  assert.equal(fault, 'audio-lost')
  assert.ok(atMs >= 2450 && atMs <= 2600, `${atMs} ms`)
})

test('a trigger that is off sees nothing', () => {
  const off: ContentTriggers = { noKeyFrame: false, bitrateShare: 0, timeStall: false, audioLoss: false }
  assert.equal(firstFault(onTime(makeMedia({ video, ...more, frameBytes: 10, gopFrames: 1e6 })), 20_000, off), null)
})

test('the GOP is the distance of the last two key frames, or the wait for the next', () => {
  const watch = new ContentMonitor()
  assert.equal(watch.gopMs(0), null)
  for (const frame of good.filter((one) => one.dts < 7000 * 90)) watch.add(frame, frame.dts / 90)
  assert.equal(watch.gopMs(7000), 2000)
  for (let atMs = 7000; atMs < 10_000; atMs += 33) watch.add(makeFrame(video, atMs), atMs)
  assert.equal(watch.gopMs(10_000), 4000)
})
