import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Beacon } from '@sluice/contract/api'
import { figuresOf, reportOf } from './figures.ts'
import { ViewBook } from './view-book.ts'

const startMs = Date.parse('2026-01-02T10:00:00.000Z')
const sid = (n: number): string => `view-0000000000${n}`.padEnd(20, '0')
const at = (s: number) => ({ ms: s * 1000, wallMs: startMs + s * 1000 })
const open = (bounds = {}) => new ViewBook({ maxViews: 100, maxCells: 10, ...bounds })
const says = (n: number, more: Partial<Beacon> = {}): Beacon => ({
  sid: sid(n),
  sta: 'p',
  'sluice-step': 'll-hls',
  'sluice-rung': '720p',
  ...more,
})

test('totals of a view become what happened in each minute, and a lost beacon loses nothing', () => {
  const book = open()
  assert.ok(book.note(says(1, { sta: 's' }), 7, at(0)))
  assert.ok(book.note(says(1, { msd: 800, ltc: 2000, 'sluice-played': 9000 }), 7, at(10)))
  // The one of second 20 is lost.
  assert.ok(book.note(says(1, { msd: 800, ltc: 2000, 'sluice-played': 27_000, bsa: 2, bsda: 1500 }), 7, at(30)))
  assert.ok(book.note(says(1, { msd: 800, ltc: 4000, 'sluice-played': 61_000, bsa: 3, bsda: 1800 }), 7, at(65)))
  const { total, minutes, retention } = reportOf(book.cells)
  assert.deepEqual([total.starts, total.playedMs, total.stalls, total.stalledMs], [1, 61_000, 3, 1800])
  assert.deepEqual(
    minutes.map((minute) => [minute.viewers, minute.starts, minute.stalls, minute.playedMs]),
    [
      [1, 1, 2, 27_000],
      [1, 0, 1, 34_000],
    ],
  )
  assert.deepEqual(retention, [1, 1])
  assert.ok(Math.abs(total.startupMs!.p50 / 800 - 1) < 0.03 && Math.abs(total.latencyMs!.p95 / 4000 - 1) < 0.03)
})

test('more than one beacon in 5 s is dropped, but for the last word of a view; after it the view is over', () => {
  const book = open()
  assert.ok(book.note(says(1, { msd: 500 }), null, at(0)))
  assert.equal(book.note(says(1, { msd: 500, bsa: 5 }), null, at(4)), false)
  assert.ok(book.note(says(1, { sta: 'q', msd: 500, bsa: 1 }), null, at(4.5)))
  assert.equal(book.note(says(1, { msd: 500, bsa: 9 }), null, at(20)), false)
  assert.equal(figuresOf(book.cells).stalls, 1)
  assert.equal(book.watching(5000), 0)
})

test('a view that leaves before its first picture is an exit, whether it says so or falls silent', () => {
  const book = open()
  book.note(says(1, { sta: 's' }), null, at(0))
  book.note(says(1, { sta: 'q' }), null, at(2))
  book.note(says(2, { sta: 's' }), null, at(0))
  book.sweep(null, at(29))
  assert.equal(figuresOf(book.cells).exitsBeforeStart, 1)
  book.sweep(null, at(30))
  assert.equal(figuresOf(book.cells).exitsBeforeStart, 2)
  assert.equal(book.size, 1, 'the one that said so is kept until no late beacon can make a new one of it')
  book.sweep(null, at(33))
  assert.equal(book.size, 0)
})

test('a view that was counted before, as over a restart, goes on and is no second start', () => {
  const book = open()
  book.note(says(1, { msd: 800, 'sluice-played': 118_000, bsa: 4, bsda: 9000, ec: ['media'] }), null, at(0))
  book.note(says(1, { msd: 800, 'sluice-played': 128_000, bsa: 5, bsda: 9500, ec: ['media'] }), null, at(11))
  const { total, retention, minutes } = reportOf(book.cells)
  assert.deepEqual([total.starts, total.playedMs, total.stalls, total.stalledMs, total.errors.media], [0, 10_000, 1, 500, 0])
  assert.deepEqual([retention, minutes[0]?.viewers], [[0, 0, 1], 1])
})

test('a player that makes figures up adds no more than the clock allows', () => {
  const book = open()
  book.note(says(1, { msd: 1, 'sluice-played': 20_000, bsa: 1_000_000, bsda: 600_000_000 }), null, at(0))
  const { playedMs, stalls, stalledMs } = figuresOf(book.cells)
  assert.deepEqual([playedMs, stalls, stalledMs], [5000, 20, 5000])
  assert.deepEqual(reportOf(book.cells).retention, [1])
})

test('views and formats keep their bounds, whatever strangers send', () => {
  const book = open({ maxViews: 20, maxCells: 3 })
  for (let n = 0; n < 50; n++) book.note(says(n, { msd: 100, 'sluice-rung': `${100 + n}p` }), null, at(1))
  assert.equal(book.size, 20)
  assert.equal(book.cells.length, 4)
  assert.equal(figuresOf(book.cells).starts, 20)
})

test('figures stand by format, and minutes that are over are taken out once', () => {
  const book = open()
  book.note(says(1, { msd: 700, 'sluice-played': 4000, ec: ['network', 'media', 'network'] }), null, at(5))
  book.note(says(2, { msd: 900, 'sluice-step': 'hls', 'sluice-rung': '360p', 'sluice-played': 5000 }), null, at(5))
  const { formats, total } = reportOf(book.cells)
  assert.deepEqual(
    formats.map(({ step, rung, viewers, starts }) => [step, rung, viewers, starts]),
    [
      ['hls', '360p', 1, 1],
      ['ll-hls', '720p', 1, 1],
    ],
  )
  assert.deepEqual(total.errors, { network: 2, media: 1, codec: 0, other: 0 })
  assert.deepEqual(book.takeOver(startMs + 59_000), [])
  assert.equal(book.takeOver(startMs + 60_000).length, 2)
  assert.equal(book.cells.length, 0)
})
