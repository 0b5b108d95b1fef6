import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonLimits } from '@sluice/judge'
import fc from 'fast-check'
import { DriftMonitor, judgeDrift } from './drift.ts'

const driftLimitMsPerMinute = commonLimits.drift.warn

/** Ten minutes, a sample each 10 s. */
const window = 60
const series = (value: (i: number) => number): number[] => Array.from({ length: window }, (_, i) => value(i))
const noise = (i: number): number => ((i * 7919) % 13) - 6

test('a delay that grows faster than the limit for ten minutes drifts, with noise on it too [LAT-08]', () => {
  fc.assert(
    fc.property(fc.integer({ min: driftLimitMsPerMinute + 8, max: 500 }), fc.integer({ min: 0, max: 5000 }), (slope, base) => {
      const drift = judgeDrift(series((i) => base + (slope * i) / 6 + noise(i)))
      assert.ok(drift.isDrifting)
      assert.ok(Math.abs((drift.msPerMinute ?? 0) - slope) <= 8)
    }),
  )
})

test('fewer than four steps in ten minutes never count as drift, however large and wherever they are [LAT-08]', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: window - 1 }), fc.integer({ min: -5000, max: 5000 })), { maxLength: 3 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 1000 }), (at, base) => {
      assert.equal(judgeDrift(series((i) => base + at.reduce((sum, [from, by]) => (i >= from ? sum + by : sum), 0))).isDrifting, false)
    }),
    { numRuns: 200 },
  )
})

test('a delay that stands still, falls, or grows under the limit does not drift', () => {
  fc.assert(
    fc.property(fc.integer({ min: -500, max: driftLimitMsPerMinute - 8 }), (slope) => {
      assert.equal(judgeDrift(series((i) => 6000 + (slope * i) / 6 + noise(i))).isDrifting, false)
    }),
  )
})

test('less than ten minutes say nothing', () => {
  assert.deepEqual(judgeDrift(series((i) => i * 100).slice(1)), { msPerMinute: null, isDrifting: false })
})

test('a drift is told once, and again only after the delay has stood still for a window; a hole begins the window anew', () => {
  const watch = new DriftMonitor()
  let [told, nowMs, delayMs] = [0, 0, 10]
  const run = (minutes: number, slope: number): void => {
    for (let s = 0; s < minutes * 60; s++) {
      nowMs += 1000
      delayMs += slope / 60
      if (watch.add(delayMs, nowMs)) told++
    }
  }
  run(30, 60)
  assert.equal(told, 1)
  assert.ok(watch.drift.isDrifting)
  run(15, 0)
  assert.equal(watch.drift.isDrifting, false)
  run(6, 60)
  nowMs += 60_000
  run(8, 60)
  assert.equal(told, 1)
  run(5, 60)
  assert.equal(told, 2)
})
