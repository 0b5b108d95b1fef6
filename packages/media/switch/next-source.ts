import type { ContentFault, SourceName, SwitchCause } from './moves.ts'

type InputName = 'primary' | 'backup'

/** What the switch may know of one input. Times are monotonic milliseconds. */
export type InputHealth = {
  /** A session is open and its tracks are known. */
  readonly isOpen: boolean
  /** When its last valid frame came; null before the first of this session. */
  readonly lastFrameMs: number | null
  /** A key frame is at hand, so that a switch can start at once. */
  readonly hasKey: boolean
  /** Since when it has run without a gap, loss, overlong GOP, fault or reopening; null while it does not. */
  readonly cleanSinceMs: number | null
  /** What is wrong with its media, by the triggers that are on. */
  readonly fault: ContentFault | null
}

/** Which faults of the media count as loss, besides silence. */
export type ContentTriggers = {
  readonly noKeyFrame: boolean
  /** Below this share of the running mean the bitrate has collapsed, 0..1; 0: not looked at. */
  readonly bitrateShare: number
  readonly timeStall: boolean
  readonly audioLoss: boolean
  /** Milliseconds of a black picture, a frozen one, and of silence; 0 or absent: not looked at. These take measures of a decoder. */
  readonly blackMs?: number | undefined
  readonly freezeMs?: number | undefined
  readonly silenceMs?: number | undefined
}

export type SwitchPolicy = {
  readonly lock: 'auto' | InputName
  /** Silence that counts as loss. */
  readonly triggerMs: number
  /** How long the primary must be clean before it gets the air back. */
  readonly holdMs: number
  /** Longest slate; 0: none. */
  readonly slateMs: number
  /** A longer distance of key frames is not clean. */
  readonly maxGopMs: number
  readonly triggers: ContentTriggers
}

export type SwitchState = {
  readonly source: SourceName
  /** When the programme came to this source. */
  readonly sinceMs: number
  /** There was media of which a slate can be made. */
  readonly canSlate: boolean
}

/** A step to another source. */
export type SourceChange = { readonly to: SourceName; readonly cause: SwitchCause }

/** Two inputs that are bad by turns do not chase each other: a fault of the media moves the source at most so often. */
const faultDwellMs = 10_000

/**
 * Picks the source: pure, called on every change and on a tick. Null: stay.
 * An explicit close acts at once, silence after `triggerMs`; the primary returns after it was clean for `holdMs`, counted from the switch
 * at the earliest; a lock pins. With no input left there is slate, for `slateMs` at the most.
 */
export function nextSource(
  state: SwitchState,
  inputs: Readonly<Record<InputName, InputHealth>>,
  policy: SwitchPolicy,
  nowMs: number,
): SourceChange | null {
  const { source } = state
  if (source === 'none' || source === 'slate') return nextFromNothing(state, inputs, policy, nowMs)
  const isLive = (name: InputName): boolean => isReady(inputs[name], policy, nowMs)
  const other = source === 'primary' ? 'backup' : 'primary'
  const canTakeOther = policy.lock !== source && isLive(other)
  if (policy.lock === other && canTakeOther) return { to: other, cause: 'locked' }

  const present = inputs[source]
  const canSlate = state.canSlate && policy.slateMs > 0
  const isAuto = policy.lock === 'auto'
  if (!present.isOpen) return { to: canTakeOther && isAuto ? other : canSlate ? 'slate' : 'none', cause: 'closed' }
  if (isSilent(present, policy, nowMs)) {
    if (canTakeOther && isAuto) return { to: other, cause: 'silent' }
    return canSlate ? { to: 'slate', cause: 'silent' } : null
  }
  if (!isAuto || !canTakeOther || inputs[other].fault !== null) return null
  if (present.fault !== null) return nowMs - state.sinceMs >= faultDwellMs ? { to: other, cause: present.fault } : null
  const leftMs = source === 'backup' ? holdLeftMs(state, inputs.primary, policy, nowMs) : null
  return leftMs === 0 ? { to: 'primary', cause: 'returned' } : null
}

/** The operator takes `to`: null when it has nothing to show, is there already, or a lock stands against it. */
export function takeSource(
  { source }: SwitchState,
  inputs: Readonly<Record<InputName, InputHealth>>,
  policy: SwitchPolicy,
  to: InputName,
  nowMs: number,
): SourceChange | null {
  const isAgainstLock = policy.lock !== 'auto' && policy.lock !== to
  if (source === to || isAgainstLock || !isReady(inputs[to], policy, nowMs)) return null
  return { to, cause: source === 'none' ? 'start' : source === 'slate' ? 'resumed' : 'taken' }
}

/** Milliseconds until a primary that stays clean has the air back; null while it is not clean. */
export function holdLeftMs(state: SwitchState, primary: InputHealth, policy: SwitchPolicy, nowMs: number): number | null {
  if (primary.cleanSinceMs === null || primary.fault !== null || !isReady(primary, policy, nowMs)) return null
  // From the switch on: a primary that was left for its media, or by hand, looks clean at once.
  return Math.max(0, policy.holdMs - (nowMs - Math.max(primary.cleanSinceMs, state.sinceMs)))
}

function nextFromNothing(
  { source, sinceMs }: SwitchState,
  inputs: Readonly<Record<InputName, InputHealth>>,
  policy: SwitchPolicy,
  nowMs: number,
): SourceChange | null {
  const cause = source === 'none' ? 'start' : 'resumed'
  const wanted: readonly InputName[] = policy.lock === 'auto' ? ['primary', 'backup'] : [policy.lock]
  const to = wanted.find((name) => isReady(inputs[name], policy, nowMs))
  if (to !== undefined) return { to, cause }
  return source === 'slate' && nowMs - sinceMs >= policy.slateMs ? { to: 'none', cause: 'expired' } : null
}

const isSilent = ({ lastFrameMs }: InputHealth, { triggerMs }: SwitchPolicy, nowMs: number): boolean =>
  lastFrameMs === null || nowMs - lastFrameMs >= triggerMs

const isReady = (health: InputHealth, policy: SwitchPolicy, nowMs: number): boolean =>
  health.isOpen && health.hasKey && !isSilent(health, policy, nowMs)
