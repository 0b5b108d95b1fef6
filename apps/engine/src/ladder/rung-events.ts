import type { EventDraft } from '@sluice/contract/link'
import type { LadderDown } from './ladder-runner.ts'
import type { RungLane, RungReason } from './rung-lane.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const listed = (lanes: readonly RungLane[]): string => lanes.map(({ spec }) => spec.name).join(', ')
const ids = (lanes: readonly RungLane[]): string[] => lanes.map(({ spec }) => spec.rungId)
const subjectOf = (lanes: readonly RungLane[]): string | null => (lanes.length === 1 ? lanes[0]!.spec.rungId : null)
const rungWord = (lanes: readonly RungLane[]): string => (lanes.length === 1 ? 'Rung' : 'Rungs')

/** No child stays alive, or one said that it can't encode the rung. `nextInMs`: until the next try; null for none. */
export function rungFailed(
  channelId: string,
  lanes: readonly RungLane[],
  code: string,
  reason: string,
  nextInMs: number | null,
): EventDraft {
  const next = nextInMs === null ? '' : nextInMs === 0 ? ' It restarts now.' : ` Next try in ${Math.round(nextInMs / 1000)} s.`
  return {
    name: 'rung.failed',
    severity: 'error',
    channelId,
    subjectId: subjectOf(lanes),
    message: `${rungWord(lanes)} ${listed(lanes)} failed: ${reason}. Outputs on it get no media, pass-through outputs are not affected.${next}`,
    data: { rungs: ids(lanes), code },
  }
}

/** Less than was asked for, or nothing, to keep real time. */
export function rungReduced(channelId: string, lane: RungLane): EventDraft {
  const code = lane.reason?.code ?? ''
  return {
    name: 'rung.reduced',
    severity: 'warning',
    channelId,
    subjectId: lane.spec.rungId,
    message: `Rung ${lane.spec.name} ${lane.state === 'off' ? 'is off' : 'is reduced'}: ${lane.reason?.message ?? 'this machine cannot encode it in real time'}.`,
    data: { rungs: [lane.spec.rungId], code },
  }
}

/** `died`: how the child before ended; null: it ran on. */
export function rungRestored(
  channelId: string,
  lanes: readonly RungLane[],
  died: { readonly reason: string; readonly gapMs: number; readonly count: number } | null,
): EventDraft {
  const message =
    died === null
      ? `${rungWord(lanes)} ${listed(lanes)} ${lanes.length === 1 ? 'is' : 'are'} back to full quality.`
      : `The encoder stopped (${died.reason})${died.count > 1 ? `, ${died.count} times since this was last reported,` : ''} and is back after ${seconds(died.gapMs)}. Outputs on ${listed(lanes)} kept their connections; pass-through outputs were not affected.`
  return {
    name: 'rung.restored',
    severity: died === null ? 'info' : 'warning',
    channelId,
    subjectId: subjectOf(lanes),
    message,
    data: { rungs: ids(lanes), ...(died === null ? {} : { gapMs: Math.round(died.gapMs) }) },
  }
}

/** Why there is no child, as each rung says it. */
export function downReason({ reason, waitMs }: LadderDown): RungReason {
  if (waitMs === null) return { code: 'ENCODER_UNAVAILABLE', message: `this machine cannot encode: ${reason}` }
  const next = waitMs === 0 ? 'it restarts now' : `next try in ${waitMs / 1000} s`
  return { code: 'ENCODER_FAILED', message: `the encoder failed, ${reason}; ${next}` }
}
