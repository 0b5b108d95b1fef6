import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { Interleaver } from './interleaver.ts'
import { MergeQueue } from './merge-queue.ts'

const [video, audio] = [makeVideoTrack(), makeAudioTrack()]
const item = (ms: number) => ({ dts: ms * 90, bytes: 100 })
const times = (items: readonly { dts: number }[]): number[] => items.map(({ dts }) => dts / 90)

test('what passes comes out up to the time that the encoder has come to, and no later than two seconds', () => {
  const queue = new MergeQueue<{ dts: number; bytes: number }>()
  for (let ms = 0; ms < 400; ms += 40) queue.push(item(ms), ms)
  assert.deepEqual(times(queue.takeUntil(80 * 90)), [0, 40, 80])
  assert.deepEqual(times(queue.takeUntil(80 * 90)), [])
  assert.deepEqual(times(queue.takeOverdue(2000)), [])
  assert.deepEqual(times(queue.takeOverdue(2170)), [120, 160])
  assert.equal(queue.takeAll().length, 5)
  assert.equal(queue.length, 0)
})

test('what passes is bounded in number and bytes', () => {
  const queue = new MergeQueue<{ dts: number; bytes: number }>()
  for (let i = 0; i < 2100; i++) queue.push(item(i), 0)
  assert.equal(queue.takeOverdue(0).length, 100)
  for (let i = 0; i < 3; i++) queue.push({ dts: i, bytes: 8 * 1024 * 1024 }, 0)
  queue.takeOverdue(0)
  assert.equal(queue.length, 2)
})

test('pictures that are ahead wait for the sound of before them', () => {
  const both = new Interleaver()
  both.push(makeFrame(video, 0), 0)
  both.push(makeFrame(video, 40), 0)
  assert.deepEqual(both.take(0, true), [])
  both.push(makeFrame(audio, 21), 30)
  assert.deepEqual(times(both.take(30, true)), [0, 21])
  both.push(makeFrame(audio, 43), 60)
  assert.deepEqual(times(both.take(60, true)), [40])
})

test('sound that does not come holds pictures back for 150 ms and no longer, and nothing is held where there is one kind', () => {
  const both = new Interleaver()
  both.push(makeFrame(video, 0), 0)
  both.push(makeFrame(video, 40), 40)
  assert.deepEqual(times(both.take(149, true)), [])
  assert.deepEqual(times(both.take(150, true)), [0])
  assert.deepEqual(times(both.take(151, false)), [40])
})
