import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { type HealthPolicy, MediaInput } from './media-input.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

const policy: HealthPolicy = {
  triggerMs: 2500,
  maxGopMs: 5000,
  triggers: { noKeyFrame: false, bitrateShare: 0, timeStall: false, audioLoss: true },
}

function openInput(frames: readonly Frame[] = []): MediaInput {
  const input = new MediaInput()
  input.open(0)
  for (const frame of frames) input.putFrame(frame, frame.dts / 90)
  return input
}

const starts = [
  { name: 'video and audio known', frames: [makeFrame(video, 0, { isKey: true }), makeFrame(audio, 0)], atMs: 1, hasKey: true },
  { name: 'video alone for 499 ms', frames: [makeFrame(video, 0, { isKey: true })], atMs: 499, hasKey: false },
  { name: 'video alone for 500 ms', frames: [makeFrame(video, 0, { isKey: true })], atMs: 500, hasKey: true },
  { name: 'audio alone for 1499 ms', frames: makeMedia({ audio, durationMs: 1490 }), atMs: 1499, hasKey: false },
  { name: 'audio alone for 1500 ms', frames: makeMedia({ audio, durationMs: 1490 }), atMs: 1500, hasKey: true },
  { name: 'no key frame yet', frames: [makeFrame(audio, 0), makeFrame(video, 5)], atMs: 5000, hasKey: false },
  { name: 'nothing', frames: [], atMs: 5000, hasKey: false },
]
for (const { name, frames, atMs, hasKey } of starts) {
  test(`an input with ${name} ${hasKey ? 'can' : "can't"} start a programme`, () => {
    assert.equal(openInput(frames).health(atMs, policy).hasKey, hasKey)
  })
}

test('an encoder that announces video and sends audio alone starts as audio', () => {
  const input = openInput()
  input.putTrack(video)
  for (const frame of makeMedia({ audio, durationMs: 1600 })) input.putFrame(frame, frame.dts / 90)
  assert.equal(input.health(1600, policy).hasKey, true)
})

test('a clean run begins with the first frame and anew after a silence of over a second', () => {
  const input = openInput([makeFrame(audio, 0), makeFrame(audio, 900)])
  assert.equal(input.health(900, policy).cleanSinceMs, 0)
  input.putFrame(makeFrame(audio, 1901), 1901)
  assert.equal(input.health(1901, policy).cleanSinceMs, 1901)
})

test('a reopened input has forgotten what was before', () => {
  const input = openInput([makeFrame(video, 0, { isKey: true }), makeFrame(audio, 0)])
  input.open(10)
  assert.deepEqual(input.health(10, policy), { isOpen: true, lastFrameMs: null, hasKey: false, cleanSinceMs: null, fault: null })
  assert.deepEqual(input.tracks, [])
  assert.equal(input.meter.read(20).framesTotal, 0)
  input.close()
  assert.equal(input.isOpen, false)
})

test('a track is silent while others come, and not for the time in which nothing came', () => {
  const input = openInput()
  for (const track of [video, audio]) input.putFrame(makeFrame(track, 0, { isKey: true }), 0)
  assert.deepEqual(input.silentTracks(10_000, 14_000), [])
  input.putFrame(makeFrame(audio, 15_000), 15_000)
  assert.deepEqual(input.silentTracks(10_000, 15_000), [], 'the source hung: its pictures come right behind')
  for (let ms = 15_020; ms < 26_000; ms += 20) input.putFrame(makeFrame(audio, ms), ms)
  assert.deepEqual(input.silentTracks(10_000, 26_000), [video])
})

test('a changed video configuration is news and empties the GOP; the same object again is none', () => {
  const input = openInput([makeFrame(video, 0, { isKey: true })])
  assert.equal(input.putTrack(video), false)
  assert.equal(input.putTrack(makeVideoTrack('128x64')), true)
  assert.deepEqual(input.gop, [])
})

test('loss of a hundredth, an overlong GOP and a fault end a clean run, each with its name', () => {
  const input = openInput(makeMedia({ video, audio, durationMs: 4000 }))
  assert.equal(input.health(4000, policy).cleanSinceMs, 0)
  input.noteLoss(0.009, 4010)
  assert.equal(input.cleanSinceMs, 0)
  input.noteLoss(0.01, 4020)
  assert.deepEqual([input.cleanSinceMs, input.uncleanCause], [4020, 'loss'])
  for (const frame of makeMedia({ video, audio, startMs: 4020, durationMs: 4000 })) {
    if (!frame.isKey || frame.track === audio) input.putFrame(frame, frame.dts / 90)
  }
  assert.deepEqual([input.health(8000, policy).cleanSinceMs, input.uncleanCause], [8000, 'gop'])
  for (const frame of makeMedia({ video, startMs: 8020, durationMs: 3000 })) input.putFrame(frame, frame.dts / 90)
  const { fault, cleanSinceMs } = input.health(11_000, policy)
  assert.deepEqual([fault, cleanSinceMs, input.uncleanCause], ['audio-lost', 11_000, 'fault'])
})

test('an input whose frames are left out for a while starts again at a key frame, and was silent in between', () => {
  const input = openInput(makeMedia({ video, audio, durationMs: 2500 }))
  input.restart()
  assert.deepEqual([input.health(2600, policy).hasKey, input.gop.length], [false, 0])
  assert.ok(input.lastFrameMs! < 2600)
  input.putFrame(makeFrame(video, 9000), 9000)
  assert.equal(input.health(9100, policy).hasKey, false)
  input.putFrame(makeFrame(video, 9200, { isKey: true }), 9200)
  assert.equal(input.health(9200, policy).hasKey, true)
})

const dark = { mean: 0, high: 0, change: 0, changePeak: 0 }

test('a black picture is a fault after its time and breaks the clean run, and measures that are forgotten are no fault', () => {
  const input = openInput(makeMedia({ video, audio, durationMs: 8000 }))
  const looked: HealthPolicy = { ...policy, triggers: { ...policy.triggers, blackMs: 4000 } }
  for (let atMs = 2000; atMs <= 6000; atMs += 1000) input.notePicture({ atMs, ...dark })
  assert.equal(input.health(6000, policy).fault, null, 'its trigger is off')
  assert.equal(input.health(6000, looked).fault, 'black')
  assert.equal(input.health(6000, looked).cleanSinceMs, 6000)
  assert.equal(input.uncleanCause, 'fault')
  input.forgetMeasures()
  assert.equal(input.health(6001, looked).fault, null)
})

test('silent sound is a fault after its time, and what was measured of an earlier session counts no more', () => {
  const input = openInput(makeMedia({ video, audio, durationMs: 8000 }))
  const looked: HealthPolicy = { ...policy, triggers: { ...policy.triggers, silenceMs: 2000 } }
  for (let atMs = 0; atMs <= 2000; atMs += 500) input.noteSound({ atMs, rmsDb: -80, peakDb: -70 })
  assert.equal(input.health(2000, looked).fault, 'audio-silent')
  input.open(2000)
  assert.equal(input.health(2000, looked).fault, null)
})

test('tracks of timed data stay however rare they are, and go with the session', () => {
  const input = openInput([makeFrame(video, 0, { isKey: true })])
  input.noteData({ kind: 'data', id: 0, codec: 'amf0' })
  const listed = input.dataTracks
  input.noteData({ kind: 'data', id: 0, codec: 'amf0' })
  input.putFrame(makeFrame(video, 60_000, { isKey: true }), 60_000)
  assert.deepEqual([input.dataTracks === listed, listed.length, input.silentTracks(10_000, 60_000)], [true, 1, []])
  input.close()
  assert.deepEqual(input.dataTracks, [])
})
