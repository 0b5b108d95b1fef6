import type { ChannelStats, Output, Verdict } from '@sluice/contract/api'
import { needWords } from '@sluice/contract/link'
import { elapsedMs, formatBytes, formatCount, formatSpan } from '../../ui/format/index.ts'
import { outputStateName } from '../../ui/state/index.ts'

type Stats = ChannelStats['outputs'][number]

/** `text`: what is true of an output right now. `firstTry`: what to do about it; null when nothing. */
export type OutputSentence = { readonly text: string; readonly firstTry: string | null }

/** One honest sentence per state: what the far end has confirmed, or why it is not live and when it is tried again. */
export function outputSentence(output: Output, stats: Stats | undefined, nowMs: number): OutputSentence {
  const { actual, staleSince } = output
  if (staleSince !== null && output.desired === 'running') {
    const text = `Was ${outputStateName(output)} ${formatSpan(elapsedMs(staleSince, nowMs))} ago. No report from the engine since.`
    return { text, firstTry: 'Check the stream on the platform’s own page.' }
  }
  const spanText = actual === null ? '' : formatSpan(elapsedMs(actual.since, nowMs))
  const reason = actual?.reason ?? null
  const because = reason === null ? '' : `: ${lowerFirst(reason.message)}`
  const firstTry = reason?.hint || null
  const need = actual?.waitingFor == null ? null : needWords[actual.waitingFor]
  switch (outputStateName(output)) {
    case 'live':
      return actual?.handover === undefined ? liveSentence(output, stats) : handoverSentence(actual.handover, nowMs)
    case 'idle':
      if (actual?.waitingFor === 'delay') return { text: `Starts when its delay of ${output.delayMs / 1000} s has passed.`, firstTry: null }
      if (output.desired === 'running' && output.enhancedStanding !== null) {
        const { state, message } = output.enhancedStanding
        if (state === 'refused')
          return { text: `${message} Nothing is sent.`, firstTry: 'Let this output send one size if the platform refuses.' }
        if (state === 'asking') return { text: 'Asking the platform which sizes it wants.', firstTry: null }
        if (state === 'waiting' && actual?.waitingFor === 'encoder')
          return { text: 'Asks the platform which sizes it wants once the source has been steady for a few seconds.', firstTry: null }
      }
      if (need !== null && actual?.waitingFor !== 'media')
        return { text: `Waiting for ${need.what} from the source.`, firstTry: need.tryFirst }
      return { text: reason === null ? 'Starts automatically when the channel has a source.' : sentence(reason.message), firstTry }
    case 'connecting':
      if (need !== null) return { text: `Connected for ${spanText}, waiting for ${need.what} from the source.`, firstTry: need.tryFirst }
      return { text: connectingText(output, stats, spanText, because), firstTry: null }
    case 'stalled':
      return { text: sentence(`Stalled ${spanText}${because}`), firstTry }
    case 'backoff':
      return { text: sentence(`${retryText(actual?.nextRetryAt ?? null, nowMs)}, ${triesText(actual?.attempts ?? 0)}${because}`), firstTry }
    case 'disabled':
      return { text: sentence(`Disabled ${spanText} ago${because}`), firstTry }
    case 'failed':
      return { text: sentence(`Failed ${spanText} ago${because}`), firstTry }
    case 'stopped':
      return { text: 'Stopped. Nothing is sent.', firstTry: null }
  }
}

function connectingText(output: Output, stats: Stats | undefined, spanText: string, because: string): string {
  if (reasonOf(output) !== null || stats === undefined || stats.bytesTotal === 0) return sentence(`Connecting for ${spanText}${because}`)
  return `Connected, ${formatBytes(stats.bytesTotal)} sent. Waiting for ${output.name} to confirm that it receives the stream.`
}

const reasonOf = (output: Output) => output.actual?.reason ?? null

function liveSentence(output: Output, stats: Stats | undefined): OutputSentence {
  const { actual } = output
  if (actual?.waitingFor === 'delay') {
    return { text: `Live. Nothing is sent until the delay of ${output.delayMs / 1000} s has passed.`, firstTry: null }
  }
  const late = actual?.delayMs === undefined ? '' : ` · ${Math.round(actual.delayMs / 1000)} s behind, as set`
  return { text: liveText(output, stats) + late, firstTry: actual?.notices?.[0]?.message ?? null }
}

function liveText(output: Output, stats: Stats | undefined): string {
  const sentTo = output.actual?.sentTo
  const redirected = sentTo === undefined ? '' : `. Its server redirected it to ${sentTo}.`
  const refused = output.enhancedStanding?.state === 'single' ? ` One size only: ${output.enhancedStanding.message}` : ''
  return confirmedText(stats) + redirected + refused
}

function confirmedText(stats: Stats | undefined): string {
  if (stats === undefined) return 'Live.'
  if (stats.ackedBytesTotal === null) return `${formatBytes(stats.bytesTotal)} accepted. The far end does not report what it has received.`
  const ago = stats.lastAckAgoMs == null ? '' : `, last ${(stats.lastAckAgoMs / 1000).toFixed(1)} s ago`
  return `${formatBytes(stats.ackedBytesTotal)} confirmed${ago}`
}

/** A live output on its way to another address or key: it stays where it is until the new session is up. */
function handoverSentence(
  { state, reason, nextRetryAt }: NonNullable<NonNullable<Output['actual']>['handover']>,
  nowMs: number,
): OutputSentence {
  const because = reason === null ? '' : `: ${lowerFirst(reason.message)}`
  switch (state) {
    case 'opening':
      return { text: 'Live. Sluice is opening a second session with the new address or key.', firstTry: null }
    case 'cutting':
      return { text: 'Live. The new session is ready and takes over at the next keyframe.', firstTry: null }
    case 'backoff':
      return {
        text: sentence(`Live with the old key. The new key failed, ${lowerFirst(retryText(nextRetryAt, nowMs))}${because}`),
        firstTry: reason?.hint ?? null,
      }
    case 'failed':
      return { text: sentence(`Live with the old key. The new one does not work${because}`), firstTry: reason?.hint ?? null }
  }
}

function retryText(nextRetryAt: string | null, nowMs: number): string {
  if (nextRetryAt === null) return 'Retrying soon'
  const waitMs = Date.parse(nextRetryAt) - nowMs
  return waitMs < 1000 ? 'Retrying now' : `Retrying in ${formatSpan(waitMs)}`
}

const triesText = (attempts: number): string => (attempts === 0 ? 'first attempt failed' : `${formatCount(attempts, 'attempt')} so far`)

/** Messages begin with a capital; inside of a sentence only names and acronyms do. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z']* /.test(text) ? text[0]?.toLowerCase() + text.slice(1) : text
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** Told by the state's own sentence already. */
const toldByState: readonly Verdict['code'][] = ['output-down', 'output-unknown', 'connect-slow', 'handover-failed']

/** What Sluice judges of a live output's figures, the worst of it: bitrate off its target, a queue that grows, a line that loses. [OBS-04] */
export const figuresSentence = (stats: Stats | undefined): string | null =>
  stats?.verdicts?.find(({ code }) => !toldByState.includes(code))?.sentence ?? null
