import type { VerdictLevel } from '@sluice/contract/api'

export type LimitUnit = 'ms' | 'kbps' | 'fps' | 'share' | 'times'

/**
 * One limit: a figure on the wrong `side` of `warn` is not as it should be, one on the wrong side of `bad` costs the show something. A
 * figure that equals a limit is within it. `reason` is the evidence for the number.
 */
export type Limit = {
  readonly side: 'over' | 'under'
  readonly warn: number
  readonly bad: number | null
  readonly unit: LimitUnit
  readonly reason: string
}

/** The level of one figure. A worse figure never has a better level. */
export function levelOf({ side, warn, bad }: Limit, figure: number): VerdictLevel {
  const isPast = (limit: number): boolean => (side === 'over' ? figure > limit : figure < limit)
  if (bad !== null && isPast(bad)) return 'bad'
  return isPast(warn) ? 'warn' : 'ok'
}

export const over = (unit: LimitUnit, warn: number, bad: number | null, reason: string): Limit => ({
  side: 'over',
  warn,
  bad,
  unit,
  reason,
})
export const under = (unit: LimitUnit, warn: number, bad: number | null, reason: string): Limit => ({
  side: 'under',
  warn,
  bad,
  unit,
  reason,
})
