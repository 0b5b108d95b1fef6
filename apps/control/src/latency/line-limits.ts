import { contributionLimits } from '@sluice/contract/api'
import type { LineFigures } from './line-watch.ts'

/** What is watched of an SRT line besides its latency. */
export const lineFigures = ['rtt', 'loss'] as const
export type LineFigure = (typeof lineFigures)[number]

/** Whether a figure is over its limit; null while it is not known. [LAT-09] [LAT-10] */
export function isLineOver(figure: LineFigure, { rttMedianMs, lossShare }: LineFigures): boolean | null {
  if (figure === 'rtt') return rttMedianMs === null ? null : rttMedianMs > contributionLimits.rttMaxMs
  return lossShare === null ? null : lossShare > contributionLimits.lossShare
}

/** The sentence that tells a breach, or its end. */
export function sayLine(figure: LineFigure, { rttMedianMs, lossShare }: LineFigures, change: 'breached' | 'recovered'): string {
  const { rttUsualMs, rttMaxMs, lossShare: limit } = contributionLimits
  const value =
    figure === 'rtt'
      ? rttMedianMs === null
        ? null
        : `the median round trip is ${Math.round(rttMedianMs)} ms (limit ${rttUsualMs} to ${rttMaxMs} ms)`
      : lossShare === null
        ? null
        : `${(lossShare * 100).toFixed(1)} % of the packets were lost before recovery in the last minute (limit ${limit * 100} %)`
  if (value === null) return `Contribution: ${figure === 'rtt' ? 'the round trip' : 'loss'} is not measured any more.`
  if (change === 'recovered') return `Contribution is back within its limit: ${value}.`
  const first = figure === 'rtt' ? 'Look for a nearer way in.' : 'Check the encoder’s uplink, or lower its bitrate.'
  return `Contribution: ${value}. ${first}`
}
