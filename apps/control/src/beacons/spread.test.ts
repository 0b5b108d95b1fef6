import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSpan, addSpread, percentile, type Spread } from './spread.ts'

test('percentiles of a spread are within 3 % of the true ones, and nothing has none', () => {
  const spread: Spread = {}
  assert.equal(percentile(spread, 0.5), null)
  for (let ms = 1; ms <= 10_000; ms++) addSpan(spread, ms)
  for (const share of [0.05, 0.5, 0.95, 1]) assert.ok(Math.abs(percentile(spread, share)! / (10_000 * share) - 1) <= 0.031, String(share))
})

test('two spreads add up to that of both together', () => {
  const [a, b, both]: Spread[] = [{}, {}, {}] as const
  for (const [i, ms] of [0, 3, 700, 701, 90_000].entries()) {
    addSpan(i % 2 === 0 ? a! : b!, ms)
    addSpan(both!, ms)
  }
  addSpread(a!, b!)
  assert.deepEqual(a, both)
})
