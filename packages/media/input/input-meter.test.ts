import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { InputMeter } from './input-meter.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

function meterOf(frames = makeMedia({ video, audio, durationMs: 4000, gopFrames: 60, frameBytes: 1000 })): InputMeter {
  const meter = new InputMeter(0)
  for (const frame of frames) meter.add(frame, frame.dts / 90)
  return meter
}

test('the meter reads bitrate by kind, frame rate and GOP of a steady input', () => {
  const reading = meterOf().read(4000)
  assert.equal(reading.videoBps, 240_000)
  assert.ok(Math.abs(reading.audioBps - 24_000) < 300, `${reading.audioBps}`)
  assert.equal(reading.bitrateBps, reading.videoBps + reading.audioBps)
  assert.equal(reading.fps, 30)
  assert.equal(reading.gopMs, 2000)
  assert.equal(reading.framesTotal, 308)
  assert.ok(reading.maxGapMs < 40)
})

test('rates are over the time since the reading before, totals are not', () => {
  const meter = meterOf()
  const first = meter.read(4000)
  const second = meter.read(5000)
  assert.equal(second.bitrateBps, 0)
  assert.equal(second.bytesTotal, first.bytesTotal)
})

test('a silent input shows its silence as the gap and no frame rate', () => {
  const meter = meterOf()
  meter.read(4000)
  const reading = meter.read(7000)
  assert.ok(reading.maxGapMs >= 3000, `${reading.maxGapMs}`)
  assert.equal(reading.fps, 0)
})

test('the meter keeps the shortest and the longest of the last eight distances between key frames', () => {
  const meter = new InputMeter(0)
  assert.equal(meter.read(1000).keyframes, undefined)
  let atMs = 0
  for (const gopMs of [9000, 2000, 2000, 2000, 300, 1700, 2000, 2000, 2000]) {
    meter.add(makeFrame(video, atMs, { isKey: true }), atMs)
    atMs += gopMs
  }
  meter.add(makeFrame(video, atMs, { isKey: true }), atMs)
  assert.deepEqual(meter.read(atMs).keyframes, { count: 8, minMs: 300, maxMs: 2000 })
})

test('a step back of the source is no GOP', () => {
  const meter = meterOf()
  meter.add(makeFrame(video, 100, { isKey: true }), 4010)
  assert.equal(meter.read(4020).gopMs, 2000)
})

test('frames of a second video track count as bytes alone', () => {
  const meter = new InputMeter(0)
  for (let i = 0; i < 10; i++) meter.add(makeFrame(makeVideoTrack('64x64', 1), i * 10, { isKey: true }), i * 10)
  const reading = meter.read(100)
  assert.equal(reading.fps, 0)
  assert.equal(reading.gopMs, null)
  assert.equal(reading.framesTotal, 10)
})

test('captions that were seen count for ten seconds, and are looked for again before those are over', () => {
  const meter = new InputMeter(0)
  const frame = (hex: string) => ({ ...makeFrame(video, 0), bytes: fromHex(hex) })
  const slice = '00000003658884'
  const spoken = frame(`0000001206040eb500314741393403c1fffc942cff80${slice}`)
  const mute = frame(slice)
  meter.add(mute, 0)
  assert.equal(meter.read(1000).hasCaptions, undefined)
  meter.add(spoken, 2000)
  assert.equal(meter.read(3000).hasCaptions, true)
  meter.add(mute, 9000)
  meter.add(spoken, 10_000)
  assert.equal(meter.read(19_000).hasCaptions, true)
  assert.equal(meter.read(20_000).hasCaptions, undefined)
})
