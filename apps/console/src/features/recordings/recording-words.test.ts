import type { Recording } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { keepWords, keptWords, readPositionMs, recordingFacts } from './recording-words.ts'

const at = '2026-01-01T20:00:00.000Z'
const recording: Recording = {
  ...{ id: 'r', channelId: 'c', channelName: 'Show', name: 'Show', state: 'ready', startedBy: 'always', startedAt: at, endedAt: at },
  ...{ endedBy: 'over', durationMs: 3_723_000, bytes: 2_100_000_000, lostMs: 0, problem: null, pinned: false, deletesAt: null },
}

test('what is in a recording, and what is missing', () => {
  expect(recordingFacts(recording)).toBe('01:02:03 · 2.10 GB')
  expect(recordingFacts({ ...recording, state: 'recording', lostMs: 4200 })).toBe('01:02:03 · 2.10 GB · 4 s missing')
  const problem = { code: 'RECORDING_EMPTY', message: 'Nothing of the show was written.' }
  expect(recordingFacts({ ...recording, state: 'failed', problem })).toBe('Nothing of the show was written.')
})

test('how long recordings stay', () => {
  expect(keptWords(recording)).toBe('Kept for good')
  expect(keptWords({ ...recording, pinned: true, deletesAt: at })).toBe('Pinned: never deleted')
  expect(keptWords({ ...recording, deletesAt: at })).toBe('Deleted on 1 Jan 2026')
  expect(keepWords({ mode: 'always', keepDays: 1, now: null })).toMatch(/first picture on\. Recordings are deleted after 1 day,/)
})

test('places in a recording are read as people write them', () => {
  expect(['90', '1:30', '2:01:30.5', '', 'x', '1:2:3:4'].map(readPositionMs)).toEqual([90_000, 90_000, 7_290_500, null, null, null])
})
