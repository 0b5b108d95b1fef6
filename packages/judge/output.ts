import type { OutputState } from '@sluice/base/words'
import type { TargetJudgement } from '@sluice/contract/api'
import type { OutputActual } from '@sluice/contract/link'
import { needWords } from '@sluice/contract/link'
import type { EffectiveLimits, OutputClass } from '@sluice/contract/policy'
import { levelOf } from './limit.ts'
import { commonLimits as limits } from './limits.ts'
import type { Judged } from './verdict.ts'

/** States in which an output that should be live is not, and does not just begin. */
const troubledStates: readonly OutputState[] = ['stalled', 'backoff', 'disabled', 'failed']

/**
 * Whether an output is in trouble. `isStale`: nothing is heard of its engine, so that what was live is not known to be. The one answer for
 * counts, triage, preflight, console and command line.
 */
export const isTroubled = (state: OutputState | null, isStale = false): boolean =>
  state !== null && (troubledStates.includes(state) || (state === 'live' && isStale))

export type OutputFacts = {
  readonly nowMs: number
  readonly class: OutputClass
  readonly effective: Pick<EffectiveLimits, 'queueMs'>
  readonly actual: Pick<OutputActual, 'state' | 'since' | 'reason' | 'waitingFor' | 'handover'>
  /** Null: no figures of it, or none of now. */
  readonly stats: { readonly queueMs: number; readonly sessionMs: number; readonly target?: TargetJudgement | undefined } | null
  /** Nothing is heard of its engine since then. */
  readonly staleSince: string | null
}

/** Figures of a session's first seconds say nothing. */
const settledMs = 10_000

/** What can be said of one output that is to run, what hurts most first. Pure. [OBS-03] [OBS-04] */
export function judgeOutput(facts: OutputFacts): Judged[] {
  const { actual, staleSince } = facts
  if (staleSince !== null) return [{ subject: 'output', code: 'output-unknown', level: 'bad', figures: { since: staleSince } }]
  const { state, reason } = actual
  const figures = { state, reason: reason?.message ?? '', hint: reason?.hint ?? '' }
  return [
    { subject: 'output', code: 'output-down', level: isTroubled(state) ? 'bad' : 'ok', figures },
    ...connecting(facts),
    ...handover(facts),
    ...figuresOf(facts),
  ]
}

function connecting({ actual: { state, since, waitingFor }, nowMs }: OutputFacts): Judged[] {
  if (state !== 'connecting') return []
  const level = levelOf(limits.connect, nowMs - Date.parse(since))
  const what = waitingFor == null ? undefined : needWords[waitingFor]
  return [{ subject: 'output', code: 'connect-slow', level, figures: what === undefined ? {} : { waitingFor: waitingFor! } }]
}

function handover({ actual: { state, handover: move } }: OutputFacts): Judged[] {
  if (state !== 'live' || move?.reason == null) return []
  const { message, hint } = move.reason
  return [{ subject: 'output', code: 'handover-failed', level: 'warn', figures: { reason: message, hint } }]
}

function figuresOf({ actual: { state }, stats, effective, class: outputClass }: OutputFacts): Judged[] {
  if (state !== 'live' || stats === null || stats.sessionMs < settledMs) return []
  const { queueMs, target } = stats
  const boundMs = effective.queueMs
  const judged: Judged[] = [
    { subject: 'output', code: 'queue', level: levelOf(limits.queue, queueMs / boundMs), figures: { queueMs, boundMs } },
  ]
  if (target === undefined) return judged
  const { foundKbps, targetKbps, targetFrom, limitKbps, limitFrom } = target
  if (limitKbps !== null) {
    const level = levelOf(limits.outputCap, foundKbps / limitKbps)
    judged.push({ subject: 'output', code: 'limit-over', level, figures: { foundKbps, limitKbps, limitFrom, class: outputClass } })
  }
  if (targetKbps > 0) {
    const level = levelOf(limits.target, foundKbps / targetKbps)
    judged.push({ subject: 'output', code: 'target-under', level, figures: { foundKbps, targetKbps, targetFrom } })
  }
  return judged
}

/** Which way the video bitrate of an output is off, by the same limits; null: neither. Over its limit comes first. */
export function deviationOf(foundKbps: number, targetKbps: number, limitKbps: number | null): TargetJudgement['deviates'] {
  if (limitKbps !== null && levelOf(limits.outputCap, foundKbps / limitKbps) !== 'ok') return 'over'
  return targetKbps > 0 && levelOf(limits.target, foundKbps / targetKbps) !== 'ok' ? 'under' : null
}
