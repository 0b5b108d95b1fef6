import type { SrtFigures } from '@sluice/contract/api'
import type { Point } from '../graph/index.ts'

/** Shares are of so many readings, about one a second: one lost packet of a second's hundred is no news. */
const shareReadings = 5

export type SrtSample = { readonly atMs: number; readonly srt?: SrtFigures | undefined }

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
  const readings = samples.flatMap(({ atMs, srt }) => (srt === undefined ? [] : [{ atMs, srt }]))
  const figure = (of: (srt: SrtFigures) => number): Point[] => readings.map(({ atMs, srt }) => ({ atMs, value: of(srt) }))
  const share = (of: 'lossTotal' | 'retransTotal' | 'dropTotal'): Point[] =>
    readings.map(({ atMs, srt }, at) => {
      const before = readings.slice(Math.max(0, at - shareReadings), at + 1).find((one) => one.srt.ageMs <= srt.ageMs)?.srt ?? srt
      const sent = srt.uniqueTotal - before.uniqueTotal + (srt.dropTotal - before.dropTotal)
      return { atMs, value: sent <= 0 ? 0 : (Math.max(0, srt[of] - before[of]) / sent) * 100 }
    })
  return {
    rttMs: figure((srt) => srt.rttMs),
    bufferMs: figure((srt) => srt.bufferMs),
    latencyMs: figure((srt) => srt.latencyMs),
    lost: share('lossTotal'),
    repeated: share('retransTotal'),
    dropped: share('dropTotal'),
  }
}
