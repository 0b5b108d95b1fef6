import { type ContentFault, type InputRole, isInputRole, rankOf, type SourceName, type SwitchCause } from '@sluice/base/words'

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
  /** Not open, because its encoder ended the stream by its own word. Absent: false. */
  readonly hasStopped?: boolean
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
  readonly lock: 'auto' | InputRole
  /** Silence that counts as loss. */
  readonly triggerMs: number
  /** How long an input of a higher rank must be clean before it gets the air back. */
  readonly holdMs: number
  /** Longest slate; 0: none. */
  readonly slateMs: number
  /** A longer distance of key frames is not clean. */
  readonly maxGopMs: number
  readonly triggers: ContentTriggers
  /** The show was ended: nothing is picked, whatever comes in. Absent: false. */
  readonly isEnded?: boolean
}

/** One input as the switch sees it. In maintenance it is looked at and never picked; on the air it stays only while nothing else is ready. */
export type SwitchInput = { readonly role: InputRole; readonly health: InputHealth; readonly isInMaintenance: boolean }

export type SwitchState = {
  readonly source: SourceName
  /** When the programme came to this source. */
  readonly sinceMs: number
  /** There was media of which a slate can be made. */
  readonly canSlate: boolean
  /** How much longer than `slateMs` this slate is held. Absent: 0. */
  readonly slateExtraMs?: number
}

/** A step to another source. */
export type SourceChange = { readonly to: SourceName; readonly cause: SwitchCause }

/** Two inputs that are bad by turns do not chase each other: a fault of the media moves the source at most so often. */
const faultDwellMs = 10_000

/** The input that is on its way back to the air, and milliseconds until it has it if it stays clean. */
export type Return = { readonly role: InputRole; readonly leftMs: number }

/**
 * Picks the source: pure, called on every change and on a tick. Null: stay. `inputs` stand in order of rank.
 * An explicit close acts at once, silence after `triggerMs`: the best input that is ready takes over. One of a higher rank than what is on
 * the air returns after it was clean for `holdMs`, counted from the switch at the earliest; a lock pins. With no input left there is
 * slate, for `slateMs` and what an operator adds to it. A show that was ended takes nothing until it is one no more.
 */
export function nextSource(state: SwitchState, inputs: readonly SwitchInput[], policy: SwitchPolicy, nowMs: number): SourceChange | null {
  const { source } = state
  if (policy.isEnded === true) return source === 'none' ? null : { to: 'none', cause: 'ended' }
  const onAir = inputs.find(({ role }) => role === source)
  if (onAir === undefined) return nextFromNothing(state, inputs, policy, nowMs)
  const present = onAir.health
  const isAuto = policy.lock === 'auto'
  if (!isAuto && policy.lock !== source && canPick(inputs, policy.lock, policy, nowMs)) return { to: policy.lock, cause: 'locked' }

  const lost = !present.isOpen ? (present.hasStopped === true ? 'stopped' : 'closed') : isSilent(present, policy, nowMs) ? 'silent' : null
  if (lost !== null) {
    const other = isAuto ? bestReady(inputs, source, policy, nowMs) : undefined
    if (other !== undefined) return { to: other.role, cause: lost }
    if (state.canSlate && policy.slateMs > 0) return { to: 'slate', cause: lost }
    return lost === 'silent' ? null : { to: 'none', cause: lost }
  }
  if (!isAuto) return null
  if (onAir.isInMaintenance) {
    const other = bestReady(inputs, source, policy, nowMs)
    return other === undefined ? null : { to: other.role, cause: 'maintenance' }
  }
  if (present.fault === null) {
    const back = nextReturn(state, inputs, policy, nowMs)
    return back?.leftMs === 0 ? { to: back.role, cause: 'returned' } : null
  }
  if (nowMs - state.sinceMs < faultDwellMs) return null
  const sound = bestReady(inputs, source, policy, nowMs)
  return sound === undefined || sound.health.fault !== null ? null : { to: sound.role, cause: present.fault }
}

/** The operator takes `to`: null when it has nothing to show, is in maintenance, is there already, or a lock stands against it. */
export function takeSource(
  { source }: SwitchState,
  inputs: readonly SwitchInput[],
  policy: SwitchPolicy,
  to: InputRole,
  nowMs: number,
): SourceChange | null {
  if (policy.isEnded === true) return null
  const isAgainstLock = policy.lock !== 'auto' && policy.lock !== to
  if (source === to || isAgainstLock || !canPick(inputs, to, policy, nowMs)) return null
  return { to, cause: source === 'none' ? 'start' : source === 'slate' ? 'resumed' : 'taken' }
}

/** Of the inputs that rank above the one on the air, the one that has it back soonest; null while none is clean, and under a lock. */
export function nextReturn(state: SwitchState, inputs: readonly SwitchInput[], policy: SwitchPolicy, nowMs: number): Return | null {
  const { source } = state
  if (!isInputRole(source) || policy.lock !== 'auto') return null
  let soonest: Return | null = null
  for (const { role, health, isInMaintenance } of inputs) {
    if (isInMaintenance || rankOf(role) >= rankOf(source)) continue
    const leftMs = holdLeftMs(state, health, policy, nowMs)
    // Of two at the same time the first has the higher rank.
    if (leftMs !== null && (soonest === null || leftMs < soonest.leftMs)) soonest = { role, leftMs }
  }
  return soonest
}

/** Milliseconds until an input that stays clean was so for the hold; null while it is not clean. */
function holdLeftMs(state: SwitchState, health: InputHealth, policy: SwitchPolicy, nowMs: number): number | null {
  if (health.cleanSinceMs === null || health.fault !== null || !isReady(health, policy, nowMs)) return null
  // From the switch on: an input that was left for its media, or by hand, looks clean at once.
  return Math.max(0, policy.holdMs - (nowMs - Math.max(health.cleanSinceMs, state.sinceMs)))
}

function nextFromNothing(
  { source, sinceMs, slateExtraMs = 0 }: SwitchState,
  inputs: readonly SwitchInput[],
  policy: SwitchPolicy,
  nowMs: number,
): SourceChange | null {
  const wanted = policy.lock === 'auto' ? inputs : inputs.filter(({ role }) => role === policy.lock)
  const best = bestReady(wanted, source, policy, nowMs)
  if (best !== undefined) return { to: best.role, cause: source === 'slate' ? 'resumed' : 'start' }
  return source === 'slate' && nowMs - sinceMs >= policy.slateMs + slateExtraMs ? { to: 'none', cause: 'expired' } : null
}

/** The first that is ready, besides `source`; one with bad media only when there is no sound one. */
function bestReady(inputs: readonly SwitchInput[], source: SourceName, policy: SwitchPolicy, nowMs: number): SwitchInput | undefined {
  const ready = inputs.filter((input) => input.role !== source && !input.isInMaintenance && isReady(input.health, policy, nowMs))
  return ready.find(({ health }) => health.fault === null) ?? ready[0]
}

const canPick = (inputs: readonly SwitchInput[], wanted: InputRole, policy: SwitchPolicy, nowMs: number): boolean =>
  inputs.some(({ role, health, isInMaintenance }) => role === wanted && !isInMaintenance && isReady(health, policy, nowMs))

const isSilent = ({ lastFrameMs }: InputHealth, { triggerMs }: SwitchPolicy, nowMs: number): boolean =>
  lastFrameMs === null || nowMs - lastFrameMs >= triggerMs

const isReady = (health: InputHealth, policy: SwitchPolicy, nowMs: number): boolean =>
  health.isOpen && health.hasKey && !isSilent(health, policy, nowMs)
