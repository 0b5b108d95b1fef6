import type { OutputState } from '@sluice/base/words'

export type OutputEvent =
  | 'sourceReady'
  | 'sourceGone'
  | 'accepted'
  | 'stalled'
  | 'recovered'
  | 'lost'
  | 'refusedForGood'
  | 'retryDue'
  | 'gaveUp'
  | 'stop'
  | 'rearm'
  | 'restart'

/** The only legal moves; a missing cell means that the event changes nothing in that state. */
const moves = {
  idle: { sourceReady: 'connecting', stop: 'stopped' },
  connecting: {
    accepted: 'live',
    stalled: 'stalled',
    lost: 'backoff',
    refusedForGood: 'failed',
    sourceGone: 'idle',
    stop: 'stopped',
    restart: 'idle',
  },
  live: { stalled: 'stalled', lost: 'backoff', refusedForGood: 'failed', sourceGone: 'idle', stop: 'stopped', restart: 'idle' },
  stalled: { recovered: 'live', lost: 'backoff', refusedForGood: 'failed', sourceGone: 'idle', stop: 'stopped', restart: 'idle' },
  backoff: { retryDue: 'connecting', gaveUp: 'disabled', sourceGone: 'idle', stop: 'stopped', restart: 'idle' },
  stopped: { rearm: 'idle' },
  disabled: { rearm: 'idle', stop: 'stopped', restart: 'idle' },
  failed: { rearm: 'idle', stop: 'stopped', restart: 'idle' },
} as const satisfies Record<OutputState, Partial<Record<OutputEvent, OutputState>>>

/** The state after `event`, or null when it changes nothing. */
export function nextOutputState(state: OutputState, event: OutputEvent): OutputState | null {
  const row: Partial<Record<OutputEvent, OutputState>> = moves[state]
  return row[event] ?? null
}
