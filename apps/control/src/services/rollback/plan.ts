import type { SourceLock } from '@sluice/contract/api'
import type { InputActual } from '@sluice/contract/link'

export type Candidate = { id: string; name: string; priority: number; desired: string; created_at_ms: number }

/** Which running outputs stay and which are stopped: the highest priority stays, the oldest among equals. [OPS-03] */
export function planOutputs<T extends Candidate>(outputs: readonly T[], keep: number): { kept: T[]; stopped: T[] } {
  const ranked = outputs
    .filter((output) => output.desired === 'running')
    .toSorted((a, b) => b.priority - a.priority || a.created_at_ms - b.created_at_ms || a.id.localeCompare(b.id))
  return { kept: ranked.slice(0, keep), stopped: ranked.slice(keep) }
}

/**
 * The input to stay on. The backup when it sends, since trouble that lasts most often comes in with the primary [OPS-04]; else the one
 * on the air; else the lock that was there: a lock on an input that sends nothing would take the channel off the air.
 */
export function planLock(inputs: readonly Pick<InputActual, 'role' | 'state' | 'onAir'>[], before: SourceLock): SourceLock {
  const isSending = (role: 'primary' | 'backup'): boolean => inputs.some((input) => input.role === role && input.state === 'receiving')
  if (isSending('backup')) return 'backup'
  return inputs.find((input) => input.onAir)?.role ?? before
}
