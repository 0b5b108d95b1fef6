import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Init, type Listed, SegmentWindow } from './segment-window.ts'

const init: Init = { name: 'init.mp4', bytes: new Uint8Array(0), tracks: [] }
const segment = (at: number, options: { isSpliced?: boolean; byteCount?: number } = {}): Listed => ({
  name: `${at}`,
  init,
  isSpliced: options.isSpliced ?? false,
  startWallMs: 0,
  bytes: new Uint8Array(options.byteCount ?? 1),
  startDts: at,
  duration90k: 180_000,
  isIndependent: true,
  frames: 1,
})
const names = (segments: readonly Listed[]): string => segments.map(({ name }) => name).join(' ')

test('the playlist shows the last ones, six more can be served', () => {
  const window = new SegmentWindow(3)
  for (let i = 0; i < 20; i++) window.add(segment(i))
  assert.equal(names(window.shown), '17 18 19')
  assert.equal(names(window.all), '11 12 13 14 15 16 17 18 19')
})

test('a discontinuity is counted when it leaves the playlist, once', () => {
  const window = new SegmentWindow(3)
  const counts: number[] = []
  for (let i = 0; i < 14; i++) {
    window.add(segment(i, { isSpliced: i === 2 || i === 3 }))
    counts.push(window.discontinuities)
  }
  assert.deepEqual(counts, [0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2])
})

test('large segments are forgotten sooner, but three are always kept [GRD-05]', () => {
  const window = new SegmentWindow(6, 100)
  for (let i = 0; i < 10; i++) window.add(segment(i, { byteCount: 30 }))
  assert.equal(names(window.all), '7 8 9')
  assert.equal(names(window.shown), '7 8 9')
  for (let i = 10; i < 15; i++) window.add(segment(i, { byteCount: 300, isSpliced: true }))
  assert.equal(names(window.all), '12 13 14')
  assert.equal(window.discontinuities, 2)
})

test('a cleared window is empty, and its discontinuities have left it', () => {
  const window = new SegmentWindow(3)
  window.add(segment(0))
  window.add(segment(1, { isSpliced: true }))
  window.clear()
  assert.deepEqual([window.all.length, window.shown.length, window.discontinuities], [0, 0, 1])
  window.add(segment(2))
  assert.equal(names(window.shown), '2')
})
