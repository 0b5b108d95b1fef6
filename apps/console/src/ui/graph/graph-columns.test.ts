import { expect, test } from 'vitest'
import { graphColumns } from './graph-columns.ts'

test('lines share their seconds, and all break at a gap', () => {
  const points = (...values: number[]) => [0, 1000, 9000].map((atMs, i) => ({ atMs, value: values[i] ?? 0 }))
  expect(graphColumns([points(1, 2, 3), points(4, 5, 6)])).toEqual([
    [0, 1, 1.001, 9],
    [1, 2, null, 3],
    [4, 5, null, 6],
  ])
})
