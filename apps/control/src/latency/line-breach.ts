import { commonLimits, levelOf, lineFigure, verdictWords } from '@sluice/judge'
import type { LineFigures } from '../verdicts/index.ts'

/** What alarms of an SRT line besides its latency, by the code of its verdict. */
export const lineCodes = ['rtt', 'loss'] as const
export type LineCode = (typeof lineCodes)[number]

/** Whether a figure is over its limit; null while it is not known. [LAT-09] [LAT-10] */
export function isLineOver(code: LineCode, { rttMedianMs, lossShare }: LineFigures): boolean | null {
  const figure = code === 'rtt' ? rttMedianMs : lossShare
  return figure === null ? null : levelOf(commonLimits[code], figure) !== 'ok'
}

/** The sentence that tells a breach, or its end. */
export function sayLine(code: LineCode, { rttMedianMs, lossShare }: LineFigures, change: 'breached' | 'recovered'): string {
  if ((code === 'rtt' ? rttMedianMs : lossShare) === null)
    return `Contribution: ${code === 'rtt' ? 'the round trip' : 'loss'} is not measured any more.`
  const rtt = { rttMedianMs: rttMedianMs ?? 0, limitMs: commonLimits.rtt.warn }
  const loss = { lossShare: lossShare ?? 0, limitShare: commonLimits.loss.warn, way: 'in' } as const
  const value = code === 'rtt' ? lineFigure.rtt(rtt) : lineFigure.loss(loss)
  if (change === 'recovered') return `Contribution is back within its limit: ${value}.`
  const { tryFirst } = code === 'rtt' ? verdictWords({ code, figures: rtt }) : verdictWords({ code, figures: loss })
  return `Contribution: ${value}. ${tryFirst}`
}
