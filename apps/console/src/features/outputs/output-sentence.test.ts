import type { ChannelStats, Output, Verdict } from '@sluice/contract/api'
import { makeOutput, makeOutputActual, makeOutputStats } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { figuresSentence, outputSentence } from './output-sentence.ts'

type Actual = NonNullable<Output['actual']>
type Stats = ChannelStats['outputs'][number]

const since = '2026-01-01T00:00:00.000Z'
const nowMs = Date.parse(since) + 6400
const outputWith = (change: Partial<Actual> | null, desired: Output['desired'] = 'running'): Output =>
  makeOutput({ name: 'YouTube', desired, actual: change && makeOutputActual(change) })
const reason = {
  kind: 'stall',
  code: 'OUTPUT_STALLED',
  message: 'The far end stopped reading',
  hint: 'Check the platform status page.',
} as const
const say = (output: Output, stats?: Partial<Stats>): string => outputSentence(output, stats && makeOutputStats(stats), nowMs).text

test('live says what the far end has confirmed', () => {
  expect(say(outputWith({}), { ackedBytesTotal: 3_240_000, bytesTotal: 4_000_000 })).toBe('3.2 MB confirmed')
  expect(say(outputWith({}), { ackedBytesTotal: 3_240_000, bytesTotal: 4_000_000, lastAckAgoMs: 430 })).toBe(
    '3.2 MB confirmed, last 0.4 s ago',
  )
})

test('a delay is said with what is confirmed, and so is a track that the source lacks', () => {
  const stats = { ackedBytesTotal: 3_240_000, bytesTotal: 4_000_000 }
  expect(say(outputWith({ delayMs: 20_000 }), stats)).toBe('3.2 MB confirmed · 20 s behind, as set')
  const notices = [{ code: 'AUDIO_TRACK_MISSING', message: 'The source has no audio track 1.' }]
  expect(outputSentence(outputWith({ notices }), makeOutputStats(stats), nowMs).firstTry).toBe('The source has no audio track 1.')
  const waiting = { ...outputWith({ state: 'idle', waitingFor: 'delay' }), delayMs: 20_000 }
  expect(say(waiting)).toBe('Starts when its delay of 20 s has passed.')
})

test('live without acknowledgements claims no more than what was sent', () => {
  expect(say(outputWith({}), { ackedBytesTotal: null, bytesTotal: 4_000_000 })).toBe(
    '4.0 MB accepted. The far end does not report what it has received.',
  )
})

test('a stall says for how long and why, and what to try first', () => {
  const told = outputSentence(outputWith({ state: 'stalled', reason }), undefined, nowMs)
  expect(told).toEqual({ text: 'Stalled 6 s: the far end stopped reading.', firstTry: 'Check the platform status page.' })
})

test('a retry says when, how often, and why', () => {
  const nextRetryAt = new Date(nowMs + 4200).toISOString()
  expect(say(outputWith({ state: 'backoff', attempts: 3, nextRetryAt, reason }))).toBe(
    'Retrying in 4 s, 3 attempts so far: the far end stopped reading.',
  )
})

test('an output that no engine carries shows what was asked of it', () => {
  expect(say(outputWith(null, 'stopped'))).toBe('Stopped. Nothing is sent.')
  expect(say(outputWith(null))).toBe('Starts automatically when the channel has a source.')
})

test('acronyms keep their capitals', () => {
  expect(say(outputWith({ state: 'failed', reason: { ...reason, message: 'TLS certificate has expired' } }))).toBe(
    'Failed 6 s ago: TLS certificate has expired.',
  )
})

test('the worst verdict on the figures is told, in its own words; what the state says already is not said twice [OBS-04]', () => {
  const verdict = (code: Verdict['code'], sentence: string): Verdict => ({
    subject: 'output',
    code,
    level: 'warn',
    figures: {},
    sentence,
    tryFirst: null,
  })
  const verdicts = [verdict('output-down', 'Down.'), verdict('target-under', 'Only 3 Mbps gets through.'), verdict('queue', 'It waits.')]
  expect(figuresSentence(makeOutputStats({ verdicts }))).toBe('Only 3 Mbps gets through.')
  expect(figuresSentence(makeOutputStats({ verdicts: [] }))).toBeNull()
  expect(figuresSentence(undefined)).toBeNull()
})

test('a live output on its way to a new key says that it stays live, and what to try when it does not get there', () => {
  const moving = (
    state: 'opening' | 'cutting' | 'backoff' | 'failed',
    why: typeof reason | null = null,
    nextRetryAt: string | null = null,
  ) => outputSentence(outputWith({ handover: { state, since, attempts: 1, nextRetryAt, reason: why } }), undefined, nowMs)
  expect(moving('opening').text).toMatch(/^Live\. Sluice is opening a second session with the new address or key/)
  expect(moving('cutting').text).toMatch(/takes over at the next keyframe\.$/)
  expect(moving('backoff', reason, new Date(nowMs + 4200).toISOString())).toEqual({
    text: 'Live with the old key. The new key failed, retrying in 4 s: the far end stopped reading.',
    firstTry: 'Check the platform status page.',
  })
  expect(moving('failed', reason).text).toBe('Live with the old key. The new one does not work: the far end stopped reading.')
})

test('an output that waits for something of the source says for what', () => {
  expect(outputSentence(outputWith({ state: 'connecting', waitingFor: 'key-frame' }), undefined, nowMs)).toEqual({
    text: 'Connected for 6 s, waiting for a key frame from the source.',
    firstTry: "Set the encoder's keyframe interval to 2 s.",
  })
  expect(say(outputWith({ state: 'idle', waitingFor: 'video-config' }))).toBe(
    'Waiting for the decoder configuration of the video from the source.',
  )
  expect(say(outputWith({ state: 'idle', waitingFor: 'media' }))).toBe('Starts automatically when the channel has a source.')
})

test('an output with Enhanced Broadcasting says what the platform said, and what is sent', () => {
  const standing = { code: 'ENHANCED_REFUSED', message: 'Twitch refuses Enhanced Broadcasting. It says: no.', tracks: [] }
  const idle = outputWith({ state: 'idle', waitingFor: 'encoder' })
  const refused = { ...idle, enhanced: 'only' as const, enhancedStanding: { ...standing, state: 'refused' as const } }
  expect(say(refused)).toBe('Twitch refuses Enhanced Broadcasting. It says: no. Nothing is sent.')
  const single = { ...outputWith({}), enhanced: 'on' as const, enhancedStanding: { ...standing, state: 'single' as const } }
  expect(say(single, { ackedBytesTotal: 3_240_000 })).toMatch(/One size only: Twitch refuses/)
  const asking = { ...idle, enhanced: 'on' as const, enhancedStanding: { state: 'asking' as const, code: null, message: null, tracks: [] } }
  expect(say(asking)).toBe('Asking the platform which sizes it wants.')
})
