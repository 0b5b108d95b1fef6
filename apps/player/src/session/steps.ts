/** Ways to get the picture, the most direct first: one that stands above others joins at the front. */
const steps = ['ll-hls', 'hls'] as const
export type Step = (typeof steps)[number]

const stallsToLeave = 3
const stallsWithinMs = 60_000
const calmMs = 60_000
const maxTries = 3

/** What is remembered of a playback. `calmMs`: played without a stall, pauses and hidden time left out. */
export type StepState = {
  readonly step: Step
  readonly stallsAtMs: readonly number[]
  readonly calmMs: number
  /** How often it went up again. */
  readonly tries: number
}

export const firstStep = (step: Step): StepState => ({ step, stallsAtMs: [], calmMs: 0, tries: 0 })

/**
 * Whether this moment says anything of the line: a pause, a hidden tab, whose timers are slowed down, and a device that is offline don't.
 */
export type Circumstances = { readonly isPlaying: boolean; readonly isVisible: boolean; readonly isOnline: boolean }
const isJudgeable = ({ isPlaying, isVisible, isOnline }: Circumstances): boolean => isPlaying && isVisible && isOnline

/** After a stall that began at `nowMs`: three within a minute lead one step down, where there is one. */
export function afterStall(state: StepState, nowMs: number, where: Circumstances, offered: readonly Step[]): StepState {
  if (!isJudgeable(where)) return { ...state, calmMs: 0 }
  const stallsAtMs = [...state.stallsAtMs.filter((atMs) => nowMs - atMs < stallsWithinMs), nowMs]
  const below = offered[offered.indexOf(state.step) + 1]
  if (stallsAtMs.length < stallsToLeave || below === undefined) return { ...state, stallsAtMs: stallsAtMs.slice(-stallsToLeave), calmMs: 0 }
  return { ...state, step: below, stallsAtMs: [], calmMs: 0 }
}

/**
 * After `spanMs` without a stall: a minute of calm leads one step up, three times at most, and each time the wait is doubled: a line that is
 * no better does not make its viewer pay for each try.
 */
export function afterCalm(state: StepState, spanMs: number, where: Circumstances, offered: readonly Step[]): StepState {
  if (!isJudgeable(where)) return state
  const calm = state.calmMs + spanMs
  const above = offered[offered.indexOf(state.step) - 1]
  if (above === undefined || state.tries >= maxTries || calm < calmMs * 2 ** state.tries) return { ...state, calmMs: calm }
  return { step: above, stallsAtMs: [], calmMs: 0, tries: state.tries + 1 }
}

/** So far behind its target playback does not catch up: it jumps. */
const jumpMs = 6000
const resetMs = 60_000

/** What to do about the distance from live. hls.js keeps further behind after each stall and never comes back from that by itself: a minute of calm does. */
export function nextLatencyMove(facts: {
  readonly latencyMs: number | null
  readonly targetMs: number | null
  /** The viewer went back on purpose. */
  readonly isRewound: boolean
  readonly calmMs: number
  readonly isTargetRaised: boolean
}): 'jump' | 'reset-target' | null {
  const { latencyMs, targetMs, isRewound, calmMs: calm, isTargetRaised } = facts
  if (isRewound || latencyMs === null || targetMs === null) return null
  if (latencyMs > targetMs + jumpMs) return 'jump'
  return isTargetRaised && calm >= resetMs ? 'reset-target' : null
}
