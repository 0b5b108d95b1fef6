import { guardLimits } from '@sluice/contract/api'
import { type GuardSlot, type GuardSlots, maxHoldWindows, slotsPerWindow } from './slots.ts'

/** A rollback that runs, as far as the judge cares. */
export type RunningRollback = { readonly atMs: number; readonly isAutomatic: boolean; readonly holdWindows: number }
/** How the last one ended. */
export type LastRollback = { readonly endedAtMs: number; readonly wasAutomatic: boolean; readonly holdWindows: number }

export type GuardFigures = { readonly lossShares: readonly (number | null)[]; readonly failureShare: number | null }
export type GuardState = 'gathering' | 'steady' | 'strained' | 'held'
/** What to do now. `holdWindows`: how many windows of stability the rollback that starts will need to end. */
export type GuardDecision =
  | { readonly do: 'start'; readonly holdWindows: number; readonly cause: string }
  | { readonly do: 'end'; readonly cause: string }
  | { readonly do: 'nothing' }
export type Judgement = GuardFigures & {
  readonly decision: GuardDecision
  readonly state: GuardState
  readonly slots: number
  readonly slotsNeeded: number
}

export type GuardFacts = {
  readonly slots: GuardSlots
  readonly nowMs: number
  readonly running: RunningRollback | null
  readonly last: LastRollback | null
}

/** A rollback that starts within so many windows after the last one ended is the same trouble again. */
const relapseWindows = 6

/**
 * Whether a channel is to be rolled back, or given back. Pure. A rollback starts when in each minute of the window more was lost on the
 * way in than the limit, and over the window outputs were not live for more of their time than theirs. It ends when both were within
 * their limits for as long as it takes. What was not seen never counts as either. [OPS-05] [OPS-06]
 */
export function judgeGuardrail({ slots, nowMs, running, last }: GuardFacts): Judgement {
  const holdWindows = running === null ? 1 : Math.min(maxHoldWindows, Math.max(1, running.holdWindows))
  const slotsNeeded = slotsPerWindow * holdWindows
  const sinceMs = running?.atMs ?? last?.endedAtMs ?? 0
  const seen = slots.run(nowMs, sinceMs, slotsNeeded)
  const figures = figuresOf(seen)
  const about = { ...figures, slots: seen.length, slotsNeeded }
  const isFull = seen.length === slotsNeeded
  const minutes = `${seen.length} ${slots.slotMs === 60_000 ? 'minutes' : 'parts of the window'}`
  if (running !== null) {
    const isOver = isFull && running.isAutomatic && isStable(figures)
    const decision: GuardDecision = isOver ? { do: 'end', cause: `stable for ${minutes}: ${say(figures)}` } : { do: 'nothing' }
    return { ...about, state: 'held', decision }
  }
  if (!isFull) return { ...about, state: 'gathering', decision: { do: 'nothing' } }
  if (!isStrained(figures)) return { ...about, state: isStable(figures) ? 'steady' : 'strained', decision: { do: 'nothing' } }
  const relapses = last?.wasAutomatic && nowMs - last.endedAtMs <= relapseWindows * slotsPerWindow * slots.slotMs
  const nextHold = relapses ? Math.min(maxHoldWindows, last.holdWindows * 2) : 1
  return { ...about, state: 'strained', decision: { do: 'start', holdWindows: nextHold, cause: `over ${minutes}: ${say(figures)}` } }
}

const isStrained = ({ lossShares, failureShare }: GuardFigures): boolean =>
  lossShares.every((share) => share !== null && share > guardLimits.lossShare) &&
  failureShare !== null &&
  failureShare > guardLimits.failureShare

const isStable = ({ lossShares, failureShare }: GuardFigures): boolean =>
  lossShares.every((share) => share !== null && share <= guardLimits.lossShare) &&
  failureShare !== null &&
  failureShare <= guardLimits.failureShare

function figuresOf(slots: readonly GuardSlot[]): GuardFigures {
  const wantedMs = slots.reduce((sum, slot) => sum + slot.wantedMs, 0)
  const downMs = slots.reduce((sum, slot) => sum + slot.downMs, 0)
  return {
    lossShares: slots.map(({ lost, due }) => (due > 0 ? Math.min(1, lost / due) : null)),
    failureShare: wantedMs > 0 ? Math.min(1, downMs / wantedMs) : null,
  }
}

function say({ lossShares, failureShare }: GuardFigures): string {
  const known = lossShares.filter((share) => share !== null)
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const loss = least === most ? percent(least) : `${percent(least)} to ${percent(most)}`
  return `${loss} of the input lost (limit ${percent(guardLimits.lossShare)}), outputs down ${percent(failureShare ?? 0)} of the time (limit ${percent(guardLimits.failureShare)})`
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
