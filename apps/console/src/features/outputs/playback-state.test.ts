import { makeChannel } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { playbackLook, playbackSentence } from './playback-state.ts'

const live = makeChannel()
const playback = { segmentsTotal: 40, lastSegmentMs: 2000, viewers: 1, bytesServedTotal: 5_300_000 }

test('the player page is live while segments come on time', () => {
  const look = playbackLook(live, playback)
  expect(look.word).toBe('Live')
  expect(playbackSentence(look, playback)).toBe('1 viewer, a new segment every 2.0 s')
  expect(playbackSentence(look, { ...playback, holdBackMs: 6000 })).toBe('1 viewer, a new segment every 2.0 s, 6.0 s behind live')
})

test('segments that stop arriving show within seconds [OBS-05]', () => {
  const verdict = { subject: 'playback', code: 'segment-late', level: 'warn', figures: {} } as const
  const late = { ...playback, verdicts: [{ ...verdict, sentence: 'No new segment for 7.0 s.', tryFirst: 'Check the input first.' }] }
  const look = playbackLook(live, late)
  expect(look.word).toBe('Late')
  expect(playbackSentence(look, late)).toBe('No new segment for 7.0 s. Check the input first.')
})

test('while the engine is silent nothing of the player page is shown as live', () => {
  const silent = makeChannel({ engine: { id: 'e', state: 'silent', silentSince: null } })
  const look = playbackLook(silent, playback)
  expect([look.word, look.tone]).toEqual(['Unknown', 'bad'])
  expect(playbackSentence(look, playback)).toBe('No report from the engine: viewers may see nothing.')
})

test('before the first segment it is starting, without a source it waits', () => {
  expect(playbackLook(live, { ...playback, segmentsTotal: 0 }).word).toBe('Starting')
  expect(playbackLook(makeChannel({ state: 'idle' }), null).word).toBe('Waiting')
})
