import type { OutputState } from '@sluice/base/words'
import type { Severity } from '@sluice/contract/events'
import type { EventDraft, OutputSpec } from '@sluice/contract/link'
import type { HandoverChange, OutputChange } from '@sluice/media/output'

type StateEvent = `output.${Exclude<OutputState, 'idle'>}`

/** How each state is told; null for one that tells the operator nothing. */
const outputEvents: Readonly<Record<OutputState, { name: StateEvent; severity: Severity; says: string } | null>> = {
  idle: null,
  connecting: { name: 'output.connecting', severity: 'info', says: 'is connecting' },
  live: { name: 'output.live', severity: 'info', says: 'is live' },
  stalled: { name: 'output.stalled', severity: 'error', says: 'has stalled' },
  backoff: { name: 'output.backoff', severity: 'warning', says: 'was lost' },
  stopped: { name: 'output.stopped', severity: 'info', says: 'was stopped' },
  disabled: { name: 'output.disabled', severity: 'error', says: 'is disabled' },
  failed: { name: 'output.failed', severity: 'error', says: 'has failed' },
}

/** An output's move as an event; null for moves that tell the operator nothing. */
export function outputEvent(
  channelId: string,
  spec: OutputSpec,
  change: OutputChange,
  nowMs: number,
  sentTo: string | null,
): EventDraft | null {
  const kind = outputEvents[change.to]
  if (kind === null) return null
  const retry = change.nextRetryMs === null ? '' : `; next try in ${Math.max(0, (change.nextRetryMs - nowMs) / 1000).toFixed(1)} s`
  const why = change.reason === null ? '' : `: ${change.reason.message}${retry}`
  const { name, severity, says } = kind
  return {
    name,
    severity,
    channelId,
    subjectId: spec.outputId,
    message: `${spec.name} ${says}${change.to === 'live' && sentTo !== null ? ` at ${sentTo}, where its server redirected it` : ''}${why}`,
    data: { from: change.from, to: change.to, reason: change.reason, ...(sentTo === null ? {} : { sentTo }) },
  }
}

/** A live output's move to another place: begun, done, failed or given up. In between it is live at the old one. */
export function handoverEvent(channelId: string, spec: OutputSpec, change: HandoverChange, nowMs: number): EventDraft {
  const base = { channelId, subjectId: spec.outputId, data: { handover: change.to, reason: change.reason } }
  if (change.to === 'opening') {
    const message = `${spec.name} is opening a session with the new address or key; the old one stays live`
    return { ...base, name: 'output.moving', severity: 'info', message }
  }
  if (change.to === 'done') {
    const message = `${spec.name} uses the new address or key; the old session has ended`
    return { ...base, name: 'output.moved', severity: 'info', message }
  }
  const retry = change.nextRetryMs === null ? '' : `; next try in ${Math.max(0, (change.nextRetryMs - nowMs) / 1000).toFixed(1)} s`
  const message = `${spec.name} can't use the new address or key and stays live with the old one: ${change.reason?.message ?? ''}${retry}`
  return { ...base, name: 'output.move_failed', severity: change.to === 'failed' ? 'error' : 'warning', message }
}
