import { type OutputState, rankOf } from '@sluice/base/words'
import type { SourceLock } from '@sluice/contract/api'
import type { InputActual } from '@sluice/contract/link'

export type Candidate = { id: string; name: string; priority: number; desired: string; created_at_ms: number; state: OutputState }

/** What gave up by itself is no use to keep. */
const dead: readonly OutputState[] = ['disabled', 'failed']

/**
 * Which running outputs stay and which are stopped. What is live stays before all else: viewers are there. Then the highest priority stays,
 * the oldest among equals. Dead ones are always stopped: each that stayed would cost one that works. [OPS-03]
 */
export function planOutputs<T extends Candidate>(outputs: readonly T[], keep: number): { kept: T[]; stopped: T[] } {
  const ranked = outputs
    .filter((output) => output.desired === 'running')
    .toSorted((a, b) => rank(a) - rank(b) || b.priority - a.priority || a.created_at_ms - b.created_at_ms || a.id.localeCompare(b.id))
  const kept = ranked.filter(({ state }) => !dead.includes(state)).slice(0, keep)
  return { kept, stopped: ranked.filter((output) => !kept.includes(output)) }
}

const rank = ({ state }: Candidate): number => (state === 'live' ? 0 : dead.includes(state) ? 2 : 1)

/**
 * The input to stay on. The best backup that sends, since trouble that lasts most often comes in with the primary [OPS-04]; else the one
 * on the air; else the lock that was there: a lock on an input that sends nothing would take the channel off the air.
 */
export function planLock(inputs: readonly Pick<InputActual, 'role' | 'state' | 'onAir'>[], before: SourceLock): SourceLock {
  const backups = inputs.filter(({ role, state }) => role !== 'primary' && state === 'receiving')
  const best = backups.toSorted((a, b) => rankOf(a.role) - rankOf(b.role))[0]
  return best?.role ?? inputs.find((input) => input.onAir)?.role ?? before
}
