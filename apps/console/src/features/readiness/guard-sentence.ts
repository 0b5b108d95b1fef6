import { guardLimits, type Rollback } from '@sluice/contract/api'
import { formatCount } from '../../ui/format/index.ts'

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
const limits = `input loss is above ${guardLimits.lossShare * 100}% and outputs are down more than ${guardLimits.failureShare * 100}% of the time`

/** What the automatic rollback would do, or what it sees now. */
export function guardSentence(isArmed: boolean, rollback: Pick<Rollback, 'guard' | 'isActive' | 'isAutomatic'> | undefined): string {
  const guard = rollback?.guard ?? null
  if (!isArmed)
    return `Off. When armed, Sluice rolls back after five minutes in which ${limits}. It ends the rollback once the channel is stable.`
  if (rollback?.isActive === true && !rollback.isAutomatic) return 'Armed. This rollback was started by hand and ends by hand.'
  if (guard === null) return 'Armed.'
  const { state, lossShares, failureShare, minutes, minutesNeeded } = guard
  const worst = lossShares.reduce<number | null>((most, share) => (share === null ? most : Math.max(most ?? 0, share)), null)
  const measured = `${minutes} of ${minutesNeeded} minutes`
  const figures = `highest input loss ${worst === null ? 'unknown' : percent(worst)} (limit ${percent(guard.lossLimit)}), outputs down ${failureShare === null ? 'unknown' : percent(failureShare)} of the time (limit ${percent(guard.failureLimit)})`
  if (state !== 'held' && minutes === 0) return 'Armed. It measures full minutes of a live broadcast; the first one is not complete yet.'
  if (state === 'gathering') return `Armed, ${measured} measured: ${figures}.`
  if (state === 'held') {
    const last = minutes === 0 ? '' : ` Last ${formatCount(minutes, 'minute')}: ${figures}.`
    return `Rolled back until ${minutesNeeded} minutes in a row are within both limits.${last}`
  }
  return `Armed and watching: ${figures}.`
}
