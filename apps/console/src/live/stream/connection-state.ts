import { backoffMs } from '@sluice/base/backoff'

/** The connection to Sluice. `lost` counts from the moment it broke. */
export type ConnectionState =
  | { readonly name: 'connecting' }
  | { readonly name: 'open' }
  | { readonly name: 'lost'; readonly sinceMs: number; readonly attempt: number }

/** The server sends a heartbeat every 15 s; two of them missing and a line is taken for dead. */
export const silenceMs = 35_000

const backoff = { baseMs: 500, capMs: 5000, jitter: 0.3 }

/** Wait before the attempt numbered `attempt` (from 1): doubles up to 5 s, with up to 30 % of jitter so that many consoles do not return as one. */
export const retryDelayMs = (attempt: number, random: number): number => Math.round(backoffMs(backoff, attempt - 1, random))

export function nextLost(before: ConnectionState, nowMs: number): ConnectionState {
  return before.name === 'lost' ? { ...before, attempt: before.attempt + 1 } : { name: 'lost', sinceMs: nowMs, attempt: 1 }
}
