import { expect, test } from 'vitest'
import { endWords, successWords } from './broadcast-words.ts'

test('how a broadcast ended', () => {
  const at = '2026-01-01T20:00:00.000Z'
  expect(endWords({ endedAt: null, endedBy: null })).toBe('On air now')
  expect(endWords({ endedAt: at, endedBy: 'operator' })).toBe('Ended by an operator')
  expect(endWords({ endedAt: at, endedBy: 'source' })).toBe('The encoder stopped')
  expect(endWords({ endedAt: at, endedBy: 'engine' })).toBe('Cut short: the media engine was lost')
})

test('what was delivered, against its target; nothing is claimed where no output was on', () => {
  const base = { aim: 0.995, wantedMs: 60_000 }
  expect(successWords({ ...base, share: 0.9999, isAimMet: true })).toBe('99.99% delivered, target 99.50% met')
  expect(successWords({ ...base, share: 0.5, isAimMet: false })).toBe('50.00% delivered, under the target of 99.50%')
  expect(successWords({ ...base, wantedMs: 0, share: null, isAimMet: null })).toBe('No output was on')
})
