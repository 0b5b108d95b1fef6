import { expect, test } from 'vitest'
import { levelOf } from './gate-level.ts'

test('what is as it should be stands at three quarters, by the target where one is known', () => {
  expect(levelOf(3e6, 3000, 6e6)).toBe(0.75)
  expect(levelOf(3e6, undefined, 6e6)).toBe(0.375)
  expect(levelOf(9e6, 3000, 6e6)).toBe(1)
})

test('without a target and without a source a gate is dry', () => {
  expect(levelOf(3e6, undefined, 0)).toBe(0)
  expect(levelOf(3e6, 0, 0)).toBe(0)
})
