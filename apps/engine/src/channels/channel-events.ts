import type { EventName, Severity } from '@sluice/contract/events'
import { type ChannelSpec, type Conformity, noticeWords, type OutputSpec, roleName, type SwitchFigures } from '@sluice/contract/link'
import type { MeasuredFault } from '@sluice/media/input'
import type { HandoverChange, OutputChange, OutputState } from '@sluice/media/output'
import type { SourceActivation } from '@sluice/media/programme'
import type { EventDraft } from '../report/event-log.ts'
import type { ChannelInput, InputNews } from './channel-input.ts'
import type { PullNews } from './input-pull.ts'
import { describeTrack } from './track-facts.ts'

/** TO stands for the new source. */
const causes: Readonly<Record<SourceActivation['cause'], string>> = {
  start: 'media arrived',
  closed: 'its session ended',
  silent: 'it fell silent',
  'no-key-frame': 'it gave no key frame for two GOPs',
  'bitrate-collapsed': 'its bitrate collapsed',
  'time-stalled': 'its time stamps stood still',
  'audio-lost': 'its audio went missing',
  black: 'its picture was black',
  frozen: 'its picture stood still',
  'audio-silent': 'its audio was silent',
  returned: 'the TO was clean for the whole hold',
  locked: 'the operator locked the TO',
  taken: 'the operator took the TO',
  maintenance: 'the operator put it into maintenance',
  resumed: 'an input is back',
  expired: 'no input came back within the limit',
}

const calm: readonly SourceActivation['cause'][] = ['start', 'returned', 'resumed', 'taken', 'locked', 'maintenance']

/** A switch as events: the switch itself with its figures, and the channel going live or idle with it. */
export function switchEvents(spec: ChannelSpec, change: SourceActivation, figures: SwitchFigures): EventDraft[] {
  const base = { channelId: spec.channelId, subjectId: null }
  const [from, to] = [roleName(change.from), roleName(change.to)]
  const left = change.from === 'none' || change.from === 'slate' ? '' : `${from} left the air, `
  const took =
    figures.activationMs === null ? '' : `; ${Math.round(figures.activationMs)} ms from its last packet to the first frame of ${to}`
  const drafts: EventDraft[] = [
    {
      ...base,
      name: 'source.switched',
      severity: change.to === 'slate' ? 'error' : calm.includes(change.cause) ? 'info' : 'warning',
      message: `Source ${from} -> ${to}: ${left}${causes[change.cause].replace('TO', to)}${took}`,
      data: { ...figures },
    },
  ]
  if (change.from === 'none')
    drafts.push({ ...base, name: 'channel.live', severity: 'info', message: `${spec.name} is live`, data: { ...figures } })
  if (change.to === 'none') {
    const message =
      change.cause === 'expired'
        ? `${spec.name} is over: no input came back while the slate was on`
        : `${spec.name} has no source; outputs hold their sessions for a while`
    drafts.push({ ...base, name: 'channel.idle', severity: 'warning', message, data: { ...figures } })
  }
  return drafts
}

/** A backup differs from the primary in a way that a switch would show; null when it does not. */
export function conformityEvent(channelId: string, backup: ChannelInput, { differences }: Conformity): EventDraft | null {
  const felt = differences.filter(({ effect }) => effect !== 'none')
  if (felt.length === 0) return null
  const list = felt.map(({ field, primary, backup }) => `${field} ${backup} instead of ${primary}`).join(', ')
  const breaks = felt.some(({ effect }) => effect === 'breaks')
  const outlook = breaks ? 'outputs that do not take that would fail at a switch' : 'a switch would be seen or heard'
  const message = `The ${roleName(backup.role)} does not match the primary: ${list}; ${outlook}`
  return {
    name: 'input.warned',
    severity: breaks ? 'error' : 'warning',
    channelId,
    subjectId: backup.inputId,
    message,
    data: { differences },
  }
}

const faultWords: Readonly<Record<MeasuredFault, string>> = {
  black: 'its picture is black',
  frozen: 'its picture stands still',
  'audio-silent': 'there is nothing to hear in its audio',
}

/** A fault of picture or sound that began, and is no switch: of a stand-in, or of the source while nothing sound stands by. */
export function faultEvent(channelId: string, input: ChannelInput, fault: MeasuredFault, isOnAir: boolean): EventDraft {
  const effect = isOnAir ? 'it stays on air: no healthy input is available' : 'it does not take over while that is so'
  const message = `Input ${roleName(input.role)}: ${faultWords[fault]}; ${effect}`
  return { name: 'input.warned', severity: isOnAir ? 'error' : 'warning', channelId, subjectId: input.inputId, message, data: { fault } }
}

export function inputEvent(channelId: string, input: ChannelInput, news: InputNews): EventDraft {
  const base = { channelId, subjectId: input.inputId }
  const role = roleName(input.role)
  if (news.type === 'connected') {
    const { protocol, remoteAddress, encoder, isPulled, sentTo } = news.facts
    const by = encoder === null ? '' : ` (${encoder})`
    const who = `${protocol.toUpperCase()} ${isPulled ? 'source at' : 'publisher from'} ${remoteAddress}${by}${sentTo === undefined ? '' : `, redirected to ${sentTo}`}`
    const message = `Input ${role}: ${protocol === 'file' ? 'plays its clip' : who}`
    return { ...base, name: 'input.connected', severity: 'info', message, data: { ...news.facts } }
  }
  if (news.type === 'changed') {
    const message = `Input ${role} changed mid-stream: ${describeTrack(news.track)}`
    return { ...base, name: 'input.changed', severity: 'warning', message }
  }
  if (news.type === 'ended') {
    const message = `Input ${role} changed mid-stream: ${describeTrack(news.track)} has ended`
    return { ...base, name: 'input.changed', severity: 'warning', message }
  }
  if (news.type === 'noticed') {
    const { sentence, tryFirst, severity } = noticeWords(news.notice)
    const message = `Input ${role}: ${sentence}${tryFirst === null ? '' : ` ${tryFirst}`}`
    return { ...base, name: 'input.noticed', severity, message, data: { ...news.notice } }
  }
  if (news.type === 'port') {
    const { port, isOpen, problem } = news.state
    const message = isOpen ? `Input ${role}: its own SRT port ${port} is open` : `Input ${role}: ${problem}`
    return { ...base, name: isOpen ? 'input.noticed' : 'input.warned', severity: isOpen ? 'info' : 'error', message }
  }
  if (news.type === 'refused') {
    const { who, code, why, more } = news
    const message = `Input ${role} refused ${who}${formatMoreTries(more)}: ${why}`
    return { ...base, name: 'input.refused', severity: 'warning', message, data: { code, ...(more === 0 ? {} : { more }) } }
  }
  const why = news.problem === null ? 'the encoder ended the stream' : news.problem
  return { ...base, name: 'input.lost', severity: 'warning', message: `Input ${role} lost: ${why}` }
}

/** Alike refusals that stand for one report, in words. */
export const formatMoreTries = (more: number): string =>
  more === 0 ? '' : ` (${more} more ${more === 1 ? 'try' : 'tries'} in the last 10 s)`

/** A call to an input's source that failed. */
export function pullEvent(channelId: string, input: ChannelInput, news: PullNews & { type: 'failed' }): EventDraft {
  const retry = `next try in ${(news.retryInMs / 1000).toFixed(1)} s`
  const message = `Input ${roleName(input.role)} can't reach its source: ${news.failure.message}; ${retry}`
  const data = { kind: news.failure.kind, code: news.failure.code }
  return { channelId, subjectId: input.inputId, name: 'input.warned', severity: 'warning', message, data }
}

/** How each state is told; null for one that tells the operator nothing. */
const outputEvents: Readonly<Record<OutputState, { name: EventName; severity: Severity; says: string } | null>> = {
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
  return { ...base, name: 'output.unmoved', severity: change.to === 'failed' ? 'error' : 'warning', message }
}
