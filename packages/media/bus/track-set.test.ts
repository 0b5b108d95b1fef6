import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAudioTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { TrackSet } from './track-set.ts'

test('tracks stand in order: video before audio, then by id', () => {
  const set = new TrackSet()
  const [a1, a0, v1, v0] = [makeAudioTrack(1), makeAudioTrack(0), makeVideoTrack('64x64', 1), makeVideoTrack()]
  for (const track of [a1, a0, v1, v0]) assert.equal(set.put(track), true)
  assert.deepEqual(set.all, [v0, v1, a0, a1])
  assert.equal(set.video, v0)
  assert.equal(set.audio, a0)
})

test('the same object again changes nothing, a new one of the same id takes its place', () => {
  const set = new TrackSet()
  const [before, after] = [makeVideoTrack(), makeVideoTrack('128x64')]
  set.put(before)
  const all = set.all
  assert.equal(set.put(before), false)
  assert.equal(set.all, all)
  assert.equal(set.put(after), true)
  assert.deepEqual(set.all, [after])
  set.clear()
  assert.equal(set.video, undefined)
})
