import type { Point } from './spark-path.ts'

/** Samples of the past are 5 s apart. */
const gapMs = 7500

/** uPlot's columns: seconds, then the values of each line, which all have the same times. A null is put into each gap, so that the lines break there. */
export function graphColumns(lines: readonly (readonly Point[])[]): [number[], ...(number | null)[][]] {
  const seconds: number[] = []
  const values: (number | null)[][] = lines.map(() => [])
  let lastMs = Number.POSITIVE_INFINITY
  for (const [at, { atMs }] of (lines[0] ?? []).entries()) {
    if (atMs - lastMs > gapMs) {
      seconds.push((lastMs + 1) / 1000)
      for (const column of values) column.push(null)
    }
    seconds.push(atMs / 1000)
    for (const [line, column] of values.entries()) column.push(known(lines[line]?.[at]?.value))
    lastMs = atMs
  }
  return [seconds, ...values]
}

/** Not a number: nothing is known of this line then. */
const known = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value)
