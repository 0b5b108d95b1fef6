import { expect, test } from 'vitest'
import { sparkPath } from './spark-path.ts'

const box = { width: 100, height: 10, endMs: 10_000, windowMs: 10_000, max: 100, gapMs: 2500 }

test('points are placed by time and value', () => {
  const { line, area } = sparkPath(
    [
      { atMs: 0, value: 0 },
      { atMs: 1000, value: 50 },
      { atMs: 2000, value: 400 },
    ],
    box,
  )
  expect(line).toBe('M0 10L10 5L20 0')
  expect(area).toBe('M0 10L0 10L10 5L20 0L20 10Z')
})

test('a gap breaks the line and what is older than the window is left out', () => {
  const { line } = sparkPath(
    [
      { atMs: -1, value: 50 },
      { atMs: 1000, value: 50 },
      { atMs: 5000, value: 50 },
      { atMs: 6000, value: 50 },
    ],
    box,
  )
  expect(line).toBe('M10 5M50 5L60 5')
})
