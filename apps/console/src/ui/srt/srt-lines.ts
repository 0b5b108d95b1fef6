import type { LineStats } from '@sluice/contract/link'
import type { Point } from '../graph/index.ts'

/** Shares are of so many readings, about one a second: one lost packet of a second's hundred is no news. */
const shareReadings = 5

export type SrtSample = { readonly atMs: number; readonly line?: LineStats | undefined }

/** What the SRT graphs show. Shares are percent of the packets that were sent. */
export type SrtLines = {
  readonly rttMs: Point[]
  readonly bufferMs: Point[]
  readonly latencyMs: Point[]
  readonly lost: Point[]
  readonly repeated: Point[]
  readonly dropped: Point[]
}

/** Turns readings, oldest first, into lines. A new connection, whose counts begin again, breaks none of them. */
export function srtLines(samples: readonly SrtSample[]): SrtLines {
  const readings = samples.flatMap(({ atMs, line }) => (line === undefined ? [] : [{ atMs, line }]))
  const figure = (of: (line: LineStats) => number): Point[] => readings.map(({ atMs, line }) => ({ atMs, value: of(line) }))
  const share = (of: 'lostTotal' | 'resentTotal' | 'droppedTotal'): Point[] =>
    readings.map(({ atMs, line }, at) => {
      const before = readings.slice(Math.max(0, at - shareReadings), at + 1).find((one) => one.line.ageMs <= line.ageMs)?.line ?? line
      const sent = line.packetsTotal - before.packetsTotal + (line.droppedTotal - before.droppedTotal)
      return { atMs, value: sent <= 0 ? 0 : (Math.max(0, line[of] - before[of]) / sent) * 100 }
    })
  return {
    rttMs: figure((line) => line.rttMs),
    bufferMs: figure((line) => line.bufferMs),
    latencyMs: figure((line) => line.latencyMs),
    lost: share('lostTotal'),
    repeated: share('resentTotal'),
    dropped: share('droppedTotal'),
  }
}
