/** A stage must be on the other side of its budget for so long before that is told. */
export const breachHoldMs = 30_000

/** `sinceMs`: since when it has been on the other side of what holds; null while it is on the same. `breachedMs`: since when it is over; null while it is not. */
export type BreachState = { readonly breachedMs: number | null; readonly sinceMs: number | null }
export const noBreach: BreachState = { breachedMs: null, sinceMs: null }

/**
 * One reading of a stage against its budget; `isOver` is null where there is no figure, which counts as within once it was over. Pure.
 * `change`: what is to be told now. [LAT-01]
 */
export function nextBreach(
  state: BreachState,
  isOver: boolean | null,
  nowMs: number,
): { state: BreachState; change: 'breached' | 'recovered' | null } {
  const isOtherSide = (isOver === true) !== (state.breachedMs !== null)
  if (!isOtherSide) return { state: { ...state, sinceMs: null }, change: null }
  const sinceMs = state.sinceMs === null || nowMs < state.sinceMs ? nowMs : state.sinceMs
  if (nowMs - sinceMs < breachHoldMs) return { state: { ...state, sinceMs }, change: null }
  return isOver === true ? { state: { breachedMs: sinceMs, sinceMs: null }, change: 'breached' } : { state: noBreach, change: 'recovered' }
}
