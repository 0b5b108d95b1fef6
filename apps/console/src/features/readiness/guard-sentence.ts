import { type GuardView, guardLimits } from '@sluice/contract/api'

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const limits = `more than ${guardLimits.lossShare * 100} % is lost on the way in and outputs are down for more than ${guardLimits.failureShare * 100} % of their time`

/** What the automatic rollback would do, or what it sees now. */
export function guardSentence(isArmed: boolean, guard: GuardView | null): string {
  if (!isArmed || guard === null) return `Off. When armed: after five minutes in which ${limits}; taken back after stability.`
  const { state, lossShares, failureShare, minutes, minutesNeeded } = guard
  const worst = lossShares.reduce<number | null>((most, share) => (share === null ? most : Math.max(most ?? 0, share)), null)
  const seen = `${minutes} of ${minutesNeeded} minutes`
  const figures = `at most ${worst === null ? 'nothing known' : percent(worst)} lost a minute (limit ${percent(guard.lossLimit)}), outputs down ${failureShare === null ? 'not known' : percent(failureShare)} (limit ${percent(guard.failureLimit)})`
  if (minutes === 0) return `Armed. It judges whole minutes of a running broadcast; none is complete yet.`
  if (state === 'gathering') return `Armed, ${seen} seen: ${figures}.`
  if (state === 'held') return `Rolled back; ${seen} of stability seen: ${figures}.`
  return `Armed and watching: ${figures}.`
}
