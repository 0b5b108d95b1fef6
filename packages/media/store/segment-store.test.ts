import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { makeVideoTrack } from '@sluice/testkit/frames'
import { type Segment, SegmentStore } from './index.ts'

const video = makeVideoTrack()
const segmentMs = 2000

/** A store that gets segments of 2 s as fast as they are made. */
function makeStage(options: { maxSegments?: number; maxBytes?: number } = {}) {
  const clock = new FakeClock()
  const store = new SegmentStore({ clock, maxSegments: 9, ...options })
  store.setInit([video], new Uint8Array(1))
  let made = 0
  const add = (byteCount = 1): void => {
    clock.advance(segmentMs)
    const startDts = made++ * segmentMs * 90
    store.add({ bytes: new Uint8Array(byteCount), startDts, duration90k: segmentMs * 90, frames: 60, isIndependent: true })
  }
  const numbers = (): number[] => store.segments.map(({ number }) => number - store.firstNumber)
  return { clock, store, add, numbers }
}

test('the oldest segments go once there are too many, and numbers stay', () => {
  const { store, add, numbers } = makeStage({ maxSegments: 3 })
  for (let i = 0; i < 20; i++) add()
  assert.deepEqual(numbers(), [17, 18, 19])
  assert.equal(store.segmentsTotal, 20)
  const kept = [16, 17, 19, 20].map((number) => store.segment(store.firstNumber + number)?.number)
  assert.deepEqual(kept, [undefined, store.firstNumber + 17, store.firstNumber + 19, undefined])
})

test('large segments are forgotten sooner, but three are always kept [GRD-05]', () => {
  const { store, add, numbers } = makeStage({ maxBytes: 100 })
  for (let i = 0; i < 10; i++) add(30)
  assert.deepEqual([numbers(), store.bytes], [[7, 8, 9], 90])
  for (let i = 10; i < 15; i++) {
    store.splice()
    add(300)
  }
  assert.deepEqual([numbers(), store.bytes], [[12, 13, 14], 900])
})

test('each segment tells whether it is spliced and how many splices there were', () => {
  const { store, add } = makeStage({ maxSegments: 3 })
  const told: [boolean, number][] = []
  store.subscribe({ onSegment: ({ isSpliced, splices }) => told.push([isSpliced, splices]) })
  for (let i = 0; i < 6; i++) {
    if (i === 2 || i === 3) store.splice()
    add()
  }
  assert.deepEqual(told, [
    [false, 0],
    [false, 0],
    [true, 1],
    [true, 2],
    [false, 2],
    [false, 2],
  ])
})

test('wall time follows the timestamps inside a run, and the clock behind a splice', () => {
  const { clock, store, add } = makeStage()
  const beginMs = clock.wallMs()
  add()
  clock.advance(300) // arrives late
  add()
  clock.advance(10_000)
  store.splice()
  add()
  assert.deepEqual(
    store.segments.map(({ startWallMs }) => startWallMs - beginMs),
    [0, 2000, 14_300],
  )
})

test('init data goes with the last segment that needs it', () => {
  const { store, add } = makeStage({ maxSegments: 2 })
  add()
  assert.deepEqual([store.init?.version, store.initOf(0)?.version, store.initOf(1)], [0, 0, undefined])
  store.setInit([makeVideoTrack('128x64')], new Uint8Array(2))
  assert.equal(store.initOf(1), undefined) // no segment needs it yet
  add()
  assert.equal(store.segments[1]?.isSpliced, true)
  assert.deepEqual([store.initOf(0)?.bytes.length, store.initOf(1)?.bytes.length], [1, 2])
  add()
  assert.deepEqual([store.initOf(0), store.initOf(1)?.version], [undefined, 1])
})

test('a cleared store is empty, says so once, and goes on with the next number', () => {
  const { store, add, numbers } = makeStage()
  let clears = 0
  store.subscribe({ onSegment() {}, onCleared: () => clears++ })
  store.clear()
  add()
  add()
  store.clear()
  store.clear()
  assert.deepEqual([numbers(), store.bytes, clears], [[], 0, 1])
  store.splice() // of nothing
  add()
  assert.deepEqual([numbers(), store.segments[0]?.isSpliced], [[2], false])
})

test('a list that somebody holds is not changed by what follows', () => {
  const { store, add } = makeStage({ maxSegments: 2 })
  add()
  const { segments } = store
  for (let i = 0; i < 5; i++) add()
  store.clear()
  assert.equal(segments.length, 1)
})

test('a view that throws keeps nothing from the others, and one that has left hears nothing', () => {
  const { store, add } = makeStage()
  const heard: Segment[] = []
  store.subscribe({
    onSegment() {
      throw new Error('a fault')
    },
  })
  const leave = store.subscribe({ onSegment: (segment) => heard.push(segment) })
  assert.throws(() => add(), /a fault/)
  assert.deepEqual([heard.length, store.segments.length], [1, 1])
  leave()
  assert.throws(() => add(), /a fault/)
  assert.deepEqual([heard.length, store.segments.length], [1, 2])
})
