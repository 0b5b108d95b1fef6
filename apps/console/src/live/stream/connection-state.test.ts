import { expect, test } from 'vitest'
import { nextLost, retryDelayMs } from './connection-state.ts'

test('the wait grows to 5 s and never beyond', () => {
  expect([1, 2, 3, 4, 5, 9].map((attempt) => retryDelayMs(attempt, 1))).toEqual([500, 1000, 2000, 4000, 5000, 5000])
  expect(retryDelayMs(5, 0)).toBe(3500)
})

test('the time of loss stays while attempts are counted', () => {
  const first = nextLost({ name: 'open' }, 1000)
  expect(first).toEqual({ name: 'lost', sinceMs: 1000, attempt: 1 })
  expect(nextLost(first, 9000)).toEqual({ name: 'lost', sinceMs: 1000, attempt: 2 })
})
