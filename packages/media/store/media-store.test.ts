import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { makeVideoTrack } from '@sluice/testkit/frames'
import { fileName, MediaStore, type Rendition, readFileName, renditionId } from './index.ts'

const segmentMs = 2000

/** A store with pictures, and sound where asked for, that get segments of 2 s of two parts as fast as they are made. */
function makeStage(options: { maxSegments?: number; maxBytes?: number; startMs?: number } = {}) {
  const clock = new FakeClock(options.startMs)
  const store = new MediaStore({ clock, maxSegments: 9, targetDurationS: 2, ...options })
  const video = store.open({ id: 'v', kind: 'video', rung: 'source' })
  const renditions: Rendition[] = [video]
  video.setInit(makeVideoTrack(), new Uint8Array(1))
  let made = 0
  const add = (byteCount = 2): void => {
    clock.advance(segmentMs)
    const startDts = made++ * segmentMs * 90
    const boundary = store.begin(startDts)
    for (const rendition of renditions) {
      rendition.begin(boundary, startDts, boundary.startWallMs)
      for (const half of [0, 1]) {
        rendition.add({
          startDts: startDts + half * segmentMs * 45,
          duration90k: segmentMs * 45,
          isIndependent: half === 0,
          isGap: false,
          bytes: new Uint8Array(byteCount / 2),
          frames: 30,
          firstSampleEnd: 1,
        })
      }
      rendition.end()
    }
    store.publish()
  }
  const numbers = (): number[] => video.segments.map(({ number }) => number - store.firstNumber)
  return { clock, store, video, renditions, add, numbers }
}

test('the oldest segments leave the list once there are too many, their files stay three target durations more, and numbers stay', () => {
  const { store, video, add, numbers } = makeStage({ maxSegments: 3 })
  for (let i = 0; i < 20; i++) add()
  assert.deepEqual([numbers(), store.segmentsTotal], [[17, 18, 19], 20])
  const kept = [12, 13, 16, 19, 20].map((number) => video.segment(store.firstNumber + number) !== undefined)
  assert.deepEqual(
    kept,
    [false, true, true, true, false].map((has, i) => (i === 1 ? false : has)),
  )
  assert.ok(video.part(video.segments[0]!.parts[0]!.number) !== undefined)
})

test('files that no list names go first where bytes are too many, then segments, but three are always kept [GRD-05]', () => {
  const { store, add, numbers } = makeStage({ maxBytes: 100 })
  for (let i = 0; i < 10; i++) add(30)
  assert.deepEqual([numbers(), store.bytes], [[7, 8, 9], 90])
  for (let i = 10; i < 15; i++) {
    store.splice()
    add(300)
  }
  assert.deepEqual([numbers(), store.bytes], [[12, 13, 14], 900])
})

test('each segment tells whether it is spliced and how many splices there were, and a splice shows before its segment begins', () => {
  const { store, video, add } = makeStage()
  const told: [boolean, number][] = []
  for (let i = 0; i < 6; i++) {
    if (i === 2 || i === 3) store.splice()
    if (i > 0) assert.equal(store.isSplicedAfter(video.last!.number), i === 2 || i === 3)
    add()
    told.push([video.last!.isSpliced, video.last!.splices])
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

test('wall time follows the timestamps inside a run, and the clock behind a splice, but never goes back', () => {
  const { clock, store, video, add } = makeStage()
  add()
  const beginMs = video.segments[0]!.startWallMs
  clock.advance(300) // arrives late
  add()
  clock.advance(10_000)
  store.splice()
  add()
  store.splice()
  clock.advance(-1900)
  add()
  assert.deepEqual(
    video.segments.map(({ startWallMs }) => startWallMs - beginMs),
    [0, 2000, 14_300, 16_300],
  )
})

test('init data goes with the last segment that needs it', () => {
  const { clock, video, add, store } = makeStage({ maxSegments: 2 })
  add()
  video.setInit(makeVideoTrack('128x64'), new Uint8Array(2))
  store.splice()
  add()
  assert.deepEqual([video.initOf(0)?.bytes.length, video.initOf(1)?.bytes.length, video.initOf(2)], [1, 2, undefined])
  add()
  clock.advance(7000)
  add()
  assert.deepEqual([video.initOf(0), video.initOf(1)?.version], [undefined, 1])
})

test('an ended programme stays for a minute, and the next one begins behind a splice with the next number', () => {
  const { clock, store, video, add, numbers } = makeStage()
  let clears = 0
  store.subscribe({ onChange() {}, onCleared: () => clears++ })
  store.end()
  assert.equal(store.state, 'empty')
  add()
  add()
  store.end()
  store.end()
  clock.advance(59_999)
  assert.deepEqual([store.state, numbers(), clears], ['ended', [0, 1], 0])
  clock.advance(1)
  assert.deepEqual([store.state, store.bytes, clears, clock.pendingTimers], ['empty', 0, 1, 0])
  add()
  assert.deepEqual([numbers(), video.segments[0]?.isSpliced], [[2], true])
  store.end()
  add() // before the minute is over
  assert.deepEqual([store.state, numbers(), clock.pendingTimers], ['on', [3], 0])
})

test('a store that takes the place of another goes on behind its number, whatever the clock says', () => {
  const { store, add } = makeStage({ startMs: 5000 })
  for (let i = 0; i < 9; i++) add()
  const next = new MediaStore({ clock: new FakeClock(), maxSegments: 9, targetDurationS: 2, after: store.position })
  const first = next.begin(0)
  assert.deepEqual([first.number, first.isSpliced, next.begin(1).splices], [store.firstNumber + 9, true, 1])
  const [before, after] = [store.rendition('v')!.counters, next.open({ id: 'v', kind: 'video', rung: 'source' }).counters]
  assert.deepEqual([after, next.firstNumber], [before, store.firstNumber], 'no name is given twice')
})

test('a view that throws keeps nothing from the others, and one that has left hears nothing', () => {
  const { store, video, add } = makeStage()
  let heard = 0
  store.subscribe({
    onChange() {
      throw new Error('a fault')
    },
  })
  const leave = store.subscribe({ onChange: () => heard++ })
  assert.throws(() => add(), /a fault/)
  assert.deepEqual([heard, video.segments.length], [1, 1])
  leave()
  assert.throws(() => add(), /a fault/)
  assert.deepEqual([heard, video.segments.length], [1, 2])
})

test('a number that a fault took is given again, and no list leaves one out', () => {
  const { store, video, add, numbers } = makeStage()
  add()
  const boundary = store.begin(2 * segmentMs * 90)
  video.begin(boundary, boundary.startDts, boundary.startWallMs)
  video.end()
  store.retract()
  add()
  assert.deepEqual(numbers(), [0, 1])
})

test('names of files are read back, and others are none of ours', () => {
  const id = renditionId('source', 'audio', 2)
  for (const kind of ['part', 'segment', 'init'] as const) {
    const name = { kind, rendition: id, epoch: 1_700_000_000, number: 17 }
    assert.deepEqual(readFileName(fileName(name)), name)
  }
  for (const name of [
    '',
    'x',
    'v-1-2',
    'v-1-2.mp4',
    'v-01-2.m4s',
    'v-1-02.m4s',
    'v-1-2p.mp4',
    '../v-1-2.m4s',
    'v-1-2.m4s/',
    'v-1--2.m4s',
  ]) {
    assert.equal(readFileName(name), null, name)
  }
  assert.match(renditionId('720p/../x', 'video', 0), /^[A-Za-z0-9_]+$/)
})
