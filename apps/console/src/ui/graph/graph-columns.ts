import type { Point } from './spark-path.ts'

const gapMs = 3500
const bitsPerMbit = 1e6

/** uPlot's columns: seconds and Mbit/s. A null is put into each gap, so that the line breaks there. */
export function graphColumns(points: readonly Point[]): [number[], (number | null)[]] {
  const seconds: number[] = []
  const mbps: (number | null)[] = []
  let lastMs = Number.POSITIVE_INFINITY
  for (const { atMs, value } of points) {
    if (atMs - lastMs > gapMs) {
      seconds.push((lastMs + 1) / 1000)
      mbps.push(null)
    }
    seconds.push(atMs / 1000)
    mbps.push(value / bitsPerMbit)
    lastMs = atMs
  }
  return [seconds, mbps]
}
