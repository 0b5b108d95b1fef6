import { levelOf } from './limit.ts'
import type { Limits } from './limits.ts'
import type { Judged } from './verdict.ts'

/**
 * How a line has done of late. A lossy one (SRT) counts its packets; TCP hides its losses, so gaps alone tell of it. Null: not known.
 * `contribution`: what the way in takes against its budget, where it is measured.
 */
export type LineFacts = {
  readonly way: 'in' | 'out'
  readonly gapMs: number | null
  readonly lossShare: number | null
  readonly dropShare: number | null
  readonly rttMedianMs: number | null
  readonly contribution: { readonly takesMs: number; readonly budgetMs: number } | null
}

/** What can be said of one line, what hurts most first. The limits of the round trip are for the way in alone. Pure. [LAT-09] [LAT-10] */
export function judgeLine({ way, gapMs, lossShare, dropShare, rttMedianMs, contribution }: LineFacts, limits: Limits): Judged[] {
  const judged: Judged[] = []
  if (gapMs !== null && way === 'in') judged.push({ subject: 'line', code: 'gap', level: levelOf(limits.gap, gapMs), figures: { gapMs } })
  if (dropShare !== null)
    judged.push({ subject: 'line', code: 'drop', level: levelOf(limits.drop, dropShare), figures: { dropShare, way } })
  if (lossShare !== null) {
    const figures = { lossShare, limitShare: limits.loss.warn, way }
    judged.push({ subject: 'line', code: 'loss', level: levelOf(limits.loss, lossShare), figures })
  }
  if (rttMedianMs !== null && way === 'in') {
    judged.push({
      subject: 'line',
      code: 'rtt',
      level: levelOf(limits.rtt, rttMedianMs),
      figures: { rttMedianMs, limitMs: limits.rtt.warn },
    })
  }
  if (contribution !== null) {
    const level = contribution.takesMs > contribution.budgetMs ? 'warn' : 'ok'
    judged.push({ subject: 'line', code: 'contribution', level, figures: contribution })
  }
  return judged
}
