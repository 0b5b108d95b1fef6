import { type MeasuredFault, roleName } from '@sluice/base/words'
import { type Conformity, type EventDraft, noticeWords } from '@sluice/contract/link'
import type { ChannelInput, InputNews } from './channel-input.ts'
import type { PullNews } from './input-pull.ts'
import { describeTrack } from './track-facts.ts'

/** A backup differs from the primary in a way that a switch would show; null when it does not. */
export function conformityEvent(channelId: string, backup: ChannelInput, { differences }: Conformity): EventDraft | null {
  const felt = differences.filter(({ effect }) => effect !== 'none')
  if (felt.length === 0) return null
  const list = felt.map(({ field, primary, backup }) => `${field} ${backup} instead of ${primary}`).join(', ')
  const breaks = felt.some(({ effect }) => effect === 'breaks')
  const outlook = breaks ? 'outputs that do not accept that would fail at a switch' : 'viewers would notice a switch'
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
  frozen: 'its picture is frozen',
  'audio-silent': 'its audio is silent',
}

/** A fault of picture or sound that began, and is no switch: of a stand-in, or of the source while nothing sound stands by. */
export function faultEvent(channelId: string, input: ChannelInput, fault: MeasuredFault, isOnAir: boolean): EventDraft {
  const effect = isOnAir ? 'it stays on air: no healthy input is available' : 'it cannot take over until that ends'
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
  if (news.problem === null)
    return { ...base, name: 'input.lost', severity: 'info', message: `Input ${role}: the encoder stopped the stream` }
  return { ...base, name: 'input.lost', severity: 'warning', message: `Input ${role} lost: ${news.problem}` }
}

/** Alike refusals that stand for one report, in words. */
export const formatMoreTries = (more: number): string =>
  more === 0 ? '' : ` (${more} more ${more === 1 ? 'try' : 'tries'} in the last 10 s)`

/** A call to an input's source that failed. */
export function pullEvent(channelId: string, input: ChannelInput, news: PullNews & { type: 'failed' }): EventDraft {
  const retry = `next try in ${(news.retryInMs / 1000).toFixed(1)} s`
  const message = `Input ${roleName(input.role)} cannot reach its source: ${news.failure.message}; ${retry}`
  const data = { kind: news.failure.kind, code: news.failure.code }
  return { channelId, subjectId: input.inputId, name: 'input.warned', severity: 'warning', message, data }
}
