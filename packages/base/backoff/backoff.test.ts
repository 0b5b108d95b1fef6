import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from './index.ts'

const limits = { baseMs: 1000, capMs: 30_000 }

test('without a draw the wait doubles up to the cap, whatever the number of attempts', () => {
  assert.deepEqual(
    [-1, 0, 1, 2, 3, 4, 5, 4000].map((attempt) => backoffMs(limits, attempt)),
    [1000, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
  )
})

test('full jitter draws from the whole wait, and never under a tenth of the base', () => {
  assert.deepEqual(
    [0, 0.25, 0.5, 1].map((random) => backoffMs(limits, 3, random)),
    [100, 2000, 4000, 8000],
  )
})

test('a smaller jitter draws from its share alone', () => {
  assert.deepEqual(
    [0, 0.5, 1].map((random) => backoffMs({ ...limits, jitter: 0.25 }, 3, random)),
    [6000, 7000, 8000],
  )
  assert.equal(backoffMs({ ...limits, jitter: 0 }, 3, 0), 8000)
})
