import type { EventName, Severity } from '@sluice/contract/events'
import type { ChannelSpec, OutputSpec } from '@sluice/contract/link'
import type { OutputChange, OutputState } from '@sluice/media/output'
import type { SourceSwitch } from '@sluice/media/programme'
import type { EventDraft } from '../report/event-log.ts'
import { type ChannelInput, describeTrack, type InputNews } from './channel-input.ts'
import type { PullNews } from './input-pull.ts'

const causes: Readonly<Record<SourceSwitch['cause'], string>> = {
  start: 'media arrived',
  closed: 'its session ended',
  silent: 'it fell silent',
  'no-key-frame': 'it gave no key frame for two GOPs',
  'bitrate-collapsed': 'its bitrate collapsed',
  'time-stalled': 'its time stamps stood still',
  'audio-lost': 'its audio went missing',
  returned: 'the primary was clean for the whole hold',
  locked: 'the operator locked the other input',
  taken: 'the operator took the other input',
  resumed: 'an input is back',
  expired: 'no input came back within the limit',
}

/** A switch as events: the switch itself, and the channel going live or idle with it. */
export function switchEvents(spec: ChannelSpec, change: SourceSwitch): EventDraft[] {
  const base = { channelId: spec.channelId, subjectId: null }
  const silenceMs = change.lastFrameMs === null ? null : Math.round(change.atMs - change.lastFrameMs)
  const data = { from: change.from, to: change.to, cause: change.cause, silenceMs }
  const drafts: EventDraft[] = [
    {
      ...base,
      name: 'source.switched',
      severity: change.cause === 'start' || change.cause === 'returned' ? 'info' : 'warning',
      message: `Source ${change.from} -> ${change.to}: ${change.from === 'none' ? '' : `${change.from} left the air, `}${causes[change.cause]}`,
      data,
    },
  ]
  if (change.from === 'none') drafts.push({ ...base, name: 'channel.live', severity: 'info', message: `${spec.name} is live`, data })
  if (change.to === 'none') {
    const message = `${spec.name} has no source; outputs hold their sessions for a while`
    drafts.push({ ...base, name: 'channel.idle', severity: 'warning', message, data })
  }
  return drafts
}

export function inputEvent(channelId: string, input: ChannelInput, news: InputNews): EventDraft {
  const base = { channelId, subjectId: input.inputId }
  if (news.type === 'connected') {
    const { protocol, remoteAddress, encoder } = news.facts
    const by = encoder === null ? '' : ` (${encoder})`
    const message = `Input ${input.role}: ${protocol.toUpperCase()} publisher from ${remoteAddress}${by}`
    return { ...base, name: 'input.connected', severity: 'info', message, data: { ...news.facts } }
  }
  if (news.type === 'changed') {
    const message = `Input ${input.role} changed in mid-stream: ${describeTrack(news.track)}`
    return { ...base, name: 'input.changed', severity: 'warning', message }
  }
  const why = news.problem === null ? 'the encoder ended the stream' : news.problem
  return { ...base, name: 'input.lost', severity: 'warning', message: `Input ${input.role} lost: ${why}` }
}

/** A call to an input's source that failed. */
export function pullEvent(channelId: string, input: ChannelInput, news: PullNews & { type: 'failed' }): EventDraft {
  const retry = `next try in ${(news.retryInMs / 1000).toFixed(1)} s`
  const message = `Input ${input.role} can't reach its source: ${news.failure.message}; ${retry}`
  const data = { kind: news.failure.kind, code: news.failure.code }
  return { channelId, subjectId: input.inputId, name: 'input.warned', severity: 'warning', message, data }
}

const outputEvents: Readonly<Record<OutputState, { name: EventName; severity: Severity } | null>> = {
  idle: null,
  connecting: { name: 'output.connecting', severity: 'info' },
  live: { name: 'output.live', severity: 'info' },
  stalled: { name: 'output.stalled', severity: 'error' },
  backoff: { name: 'output.backoff', severity: 'warning' },
  stopped: { name: 'output.stopped', severity: 'info' },
  disabled: { name: 'output.disabled', severity: 'error' },
  failed: { name: 'output.failed', severity: 'error' },
}

/** An output's move as an event; null for moves that tell the operator nothing. */
export function outputEvent(channelId: string, spec: OutputSpec, change: OutputChange, nowMs: number): EventDraft | null {
  const kind = outputEvents[change.to]
  if (kind === null) return null
  const retry = change.nextRetryMs === null ? '' : `; next try in ${Math.max(0, (change.nextRetryMs - nowMs) / 1000).toFixed(1)} s`
  const why = change.reason === null ? '' : `: ${change.reason.message}${retry}`
  return {
    ...kind,
    channelId,
    subjectId: spec.outputId,
    message: `${spec.name} ${change.to}${why}`,
    data: { from: change.from, to: change.to, reason: change.reason },
  }
}
