import { levelOf } from './limit.ts'
import { type Limits, settingTolerance } from './limits.ts'
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
  /** What both ends agreed on; null: not lossy, or not for long enough to know its round trip. */
  readonly latencyMs: number | null
  readonly contribution: { readonly takesMs: number; readonly budgetMs: number } | null
}

/** What can be said of one line, what hurts most first. The limit of the round trip alone is for the way in. Pure. [LAT-09] [LAT-10] [LAT-11] */
export function judgeLine(facts: LineFacts, limits: Limits): Judged[] {
  const { way, gapMs, lossShare, dropShare, rttMedianMs, latencyMs, contribution } = facts
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
  if (latencyMs !== null && rttMedianMs !== null && rttMedianMs > 0) {
    const neededMs = Math.round((limits.headroom.warn * rttMedianMs * settingTolerance) / 10) * 10
    const level = levelOf(limits.headroom, latencyMs / rttMedianMs)
    judged.push({ subject: 'line', code: 'headroom', level, figures: { latencyMs, rttMedianMs, neededMs, way } })
  }
  if (contribution !== null) {
    const level = contribution.takesMs > contribution.budgetMs ? 'warn' : 'ok'
    judged.push({ subject: 'line', code: 'contribution', level, figures: contribution })
  }
  return judged
}
