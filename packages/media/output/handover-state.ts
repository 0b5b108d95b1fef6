import type { HandoverState as OpenState } from '@sluice/base/words'

/** The states that are told outside, and `done`: the old session is closed. */
export type HandoverState = OpenState | 'done'

export type HandoverEvent = 'ready' | 'cut' | 'lost' | 'refusedForGood' | 'gaveUp' | 'retryDue'

/** The only legal moves; a missing cell means that the event changes nothing in that state. */
const moves = {
  opening: { ready: 'cutting', lost: 'backoff', refusedForGood: 'failed' },
  cutting: { cut: 'done', lost: 'backoff', refusedForGood: 'failed' },
  backoff: { retryDue: 'opening', gaveUp: 'failed' },
  failed: {},
  done: {},
} as const satisfies Record<HandoverState, Partial<Record<HandoverEvent, HandoverState>>>

/** The state after `event`, or null when it changes nothing. */
export function nextHandoverState(state: HandoverState, event: HandoverEvent): HandoverState | null {
  const row: Partial<Record<HandoverEvent, HandoverState>> = moves[state]
  return row[event] ?? null
}
