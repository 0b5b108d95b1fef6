export type SourceName = 'none' | 'primary' | 'backup'

/** What the switch may know of one input. Times are monotonic milliseconds. */
export type InputHealth = {
  /** A session is open and its tracks are known. */
  readonly isOpen: boolean
  /** When its last valid frame came; null before the first of this session. */
  readonly lastFrameMs: number | null
  /** A key frame is at hand, so that a switch can start at once. */
  readonly hasKey: boolean
  /** Since when it has run without a gap, loss or reopening; null while it does not. */
  readonly cleanSinceMs: number | null
}

export type SwitchPolicy = {
  readonly lock: 'auto' | 'primary' | 'backup'
  /** Silence that counts as loss. */
  readonly triggerMs: number
  /** How long the primary must be clean before it gets the air back. */
  readonly holdMs: number
}

export type SwitchState = { readonly source: SourceName }

/** A step to another source. `cause` is for the event and for the operator. */
export type SourceChange = {
  readonly to: SourceName
  readonly cause: 'start' | 'closed' | 'silent' | 'returned' | 'locked'
}

/**
 * Picks the source: pure, called on every change and on a tick. Null: stay.
 * An explicit close acts at once, silence after `triggerMs`; the primary returns after it was clean for `holdMs`; a lock pins.
 */
export function nextSource(
  state: SwitchState,
  inputs: { readonly primary: InputHealth; readonly backup: InputHealth },
  policy: SwitchPolicy,
  nowMs: number,
): SourceChange | null {
  const isReady = (name: 'primary' | 'backup'): boolean => {
    const health = inputs[name]
    return health.isOpen && health.hasKey && health.lastFrameMs !== null && nowMs - health.lastFrameMs < policy.triggerMs
  }
  if (policy.lock !== 'auto') return nextLocked(state, inputs, policy.lock, isReady(policy.lock))

  const { source } = state
  if (source === 'none') {
    if (isReady('primary')) return { to: 'primary', cause: 'start' }
    return isReady('backup') ? { to: 'backup', cause: 'start' } : null
  }
  const other = source === 'primary' ? 'backup' : 'primary'
  const present = inputs[source]
  if (!present.isOpen) return { to: isReady(other) ? other : 'none', cause: 'closed' }
  const isSilent = present.lastFrameMs === null || nowMs - present.lastFrameMs >= policy.triggerMs
  if (isSilent && isReady(other)) return { to: other, cause: 'silent' }
  if (source === 'backup' && isReady('primary') && !isSilent) {
    const { cleanSinceMs } = inputs.primary
    if (cleanSinceMs !== null && nowMs - cleanSinceMs >= policy.holdMs) return { to: 'primary', cause: 'returned' }
  }
  return null
}

function nextLocked(
  { source }: SwitchState,
  inputs: { readonly primary: InputHealth; readonly backup: InputHealth },
  lock: 'primary' | 'backup',
  isLockReady: boolean,
): SourceChange | null {
  if (source === lock) return inputs[lock].isOpen ? null : { to: 'none', cause: 'closed' }
  if (isLockReady) return { to: lock, cause: source === 'none' ? 'start' : 'locked' }
  // The pinned input is not there: what is on the air stays on until it is, or ends.
  if (source !== 'none' && !inputs[source].isOpen) return { to: 'none', cause: 'closed' }
  return null
}
