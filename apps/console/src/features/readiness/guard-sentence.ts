import { guardLimits, type Rollback } from '@sluice/contract/api'

const percent = (share: number): string => `${(share * 100).toFixed(1)}\u00a0%`
const limits = `more than ${guardLimits.lossShare * 100} % is lost on the way in and outputs are down for more than ${guardLimits.failureShare * 100} % of their time`

/** What the automatic rollback would do, or what it sees now. */
export function guardSentence(isArmed: boolean, rollback: Pick<Rollback, 'guard' | 'isActive' | 'isAutomatic'> | undefined): string {
  const guard = rollback?.guard ?? null
  if (!isArmed) return `Off. When armed: after five minutes in which ${limits}; taken back after stability.`
  if (rollback?.isActive === true && !rollback.isAutomatic) return 'Armed. The channel was rolled back by hand, and that ends by hand.'
  if (guard === null) return 'Armed.'
  const { state, lossShares, failureShare, minutes, minutesNeeded } = guard
  const worst = lossShares.reduce<number | null>((most, share) => (share === null ? most : Math.max(most ?? 0, share)), null)
  const seen = `${minutes} of ${minutesNeeded} minutes`
  const figures = `at most ${worst === null ? 'nothing known' : percent(worst)} lost a minute (limit ${percent(guard.lossLimit)}), outputs down ${failureShare === null ? 'not known' : percent(failureShare)} (limit ${percent(guard.failureLimit)})`
  if (state !== 'held' && minutes === 0) return 'Armed. It judges whole minutes of a running broadcast; none is complete yet.'
  if (state === 'gathering') return `Armed, ${seen} seen: ${figures}.`
  if (state === 'held') {
    const last = minutes === 0 ? '' : ` The last ${minutes}: ${figures}.`
    return `Rolled back until ${minutesNeeded} minutes were within both limits.${last}`
  }
  return `Armed and watching: ${figures}.`
}
