import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from '@sluice/base/backoff'
import { randomFrom } from '@sluice/testkit/random'
import { RetryLedger, type RetryLimits } from './retry-ledger.ts'

const minuteMs = 60_000
const limits: RetryLimits = {
  baseMs: 1000,
  capMs: 30_000,
  maxAttempts: 30,
  windowMs: 15 * minuteMs,
  autoDisable: { failures: 20, windowMs: 10 * minuteMs },
}

const delays = [
  { attempt: 0, random: 1, ms: 1000 },
  { attempt: 1, random: 1, ms: 2000 },
  { attempt: 4, random: 1, ms: 16_000 },
  { attempt: 5, random: 1, ms: 30_000 },
  { attempt: 4000, random: 1, ms: 30_000 },
  { attempt: 3, random: 0.5, ms: 4000 },
  { attempt: 3, random: 0, ms: 100 },
]
for (const { attempt, random, ms } of delays) {
  test(`after ${attempt + 1} failures and a draw of ${random} an output waits ${ms} ms [OUT-02]`, () => {
    assert.equal(backoffMs(limits, attempt, random), ms)
  })
}

test('draws fill the whole range up to the ceiling: full jitter', () => {
  const random = randomFrom(5)
  const drawn = Array.from({ length: 2000 }, () => backoffMs(limits, 4, random.next()))
  const inside = (low: number, high: number): number => drawn.filter((ms) => ms >= low && ms < high).length
  for (let low = 0; low < 16_000; low += 4000) assert.ok(Math.abs(inside(low, low + 4000) - 500) < 80)
})

test('the twentieth failure within ten minutes disables, with its reason [GRD-03]', () => {
  const ledger = new RetryLedger()
  for (let i = 0; i < 19; i++) assert.equal(ledger.fail(limits, i * 20_000), null)
  assert.equal(ledger.fail(limits, 19 * 20_000), '20 failures within 10 min')
  assert.equal(ledger.consecutive, 20)
})

test('the thirtieth failure within fifteen minutes ends the attempts where nothing disables sooner [GRD-06]', () => {
  const ledger = new RetryLedger()
  const patient = { ...limits, autoDisable: null }
  for (let i = 0; i < 29; i++) assert.equal(ledger.fail(patient, i * 30_000), null)
  assert.equal(ledger.fail(patient, 29 * 30_000), '30 attempts within 15 min')
})

test('failures that lie behind the window count no more', () => {
  const ledger = new RetryLedger()
  for (let i = 0; i < 100; i++) assert.equal(ledger.fail(limits, i * 45_000), null)
})

test('without limits an output never gives up', () => {
  const ledger = new RetryLedger()
  const endless = { ...limits, maxAttempts: null, autoDisable: null }
  for (let i = 0; i < 5000; i++) assert.equal(ledger.fail(endless, i * 100), null)
})

test('a settled output starts at the base delay again, but its window still counts; a reset clears both', () => {
  const ledger = new RetryLedger()
  for (let i = 0; i < 19; i++) ledger.fail(limits, i)
  ledger.settle()
  assert.equal(ledger.consecutive, 0)
  assert.notEqual(ledger.fail(limits, 20), null)
  ledger.reset()
  assert.equal(ledger.fail(limits, 21), null)
  assert.equal(ledger.consecutive, 1)
})
