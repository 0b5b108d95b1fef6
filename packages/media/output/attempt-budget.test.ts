import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AttemptBudget } from './attempt-budget.ts'

test('attempts up to the capacity go at once, the next one is told how long to wait [GRD-04]', () => {
  const budget = new AttemptBudget({ capacity: 3, perSecond: 2 })
  assert.deepEqual(
    [0, 0, 0, 0].map(() => budget.spend(1000)),
    [0, 0, 0, 500],
  )
  assert.ok(budget.spend(1490) > 0)
  assert.equal(budget.spend(1501), 0)
})

test('a pause fills the bucket to its capacity and not above', () => {
  const budget = new AttemptBudget({ capacity: 3, perSecond: 2 })
  budget.spend(0)
  assert.deepEqual(
    [0, 0, 0, 0].map(() => budget.spend(60_000) === 0),
    [true, true, true, false],
  )
})

test('any row of askers gets no more than capacity and rate allow', () => {
  const budget = new AttemptBudget({ capacity: 50, perSecond: 20 })
  let granted = 0
  for (let ms = 0; ms < 10_000; ms++) for (let i = 0; i < 5; i++) if (budget.spend(ms) === 0) granted++
  assert.ok(granted >= 249 && granted <= 250, `${granted}`)
})
