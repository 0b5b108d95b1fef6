import { expect, test } from 'vitest'
import { rewindOf } from './rewind.ts'

const ranges = (...spans: [number, number][]) => ({
  length: spans.length,
  start: (at: number) => spans[at]![0],
  end: (at: number) => spans[at]![1],
})

test('a window of a minute or more is there to rewind in, a buffer is not', () => {
  expect(rewindOf(ranges([100, 160]))).toEqual({ startS: 100, endS: 160 })
  expect(rewindOf(ranges([100, 120], [130, 170]))).toEqual({ startS: 100, endS: 170 })
  expect(rewindOf(ranges([100, 159]))).toBe(null)
  expect(rewindOf(ranges())).toBe(null)
  expect(rewindOf(ranges([0, Number.POSITIVE_INFINITY]))).toBe(null)
})
