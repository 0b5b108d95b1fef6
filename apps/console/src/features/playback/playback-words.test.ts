import type { PlaybackMinute, PlaybackStats } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { barsOf, retentionShares, tilesOf } from './playback-words.ts'

const total: PlaybackStats['total'] = {
  ...{ starts: 9, exitsBeforeStart: 1, startupMs: { p50: 640, p95: 1800 }, playedMs: 3_600_000, stalls: 1, stalledMs: 7000 },
  ...{ stallsPerHour: 1, rebufferRatio: 0.0019, latencyMs: { p50: 2400, p95: 6000 } },
  errors: { network: 0, media: 0, codec: 0, other: 0 },
}

test('figures have units that people use, and what nobody reported is a dash', () => {
  expect(tilesOf({ viewers: 12, reporting: 8, total }).map(({ value, more }) => `${value}: ${more}`)).toEqual([
    '12: 8 report what they see',
    '9: 1 left before the first picture',
    '640 ms: 95 of 100 within 1.8 s',
    '1.0 / h: 1 stall',
    '0.19 %: of the time watched',
    '2.4 s: 95 of 100 within 6.0 s',
  ])
  const nobody = { ...total, startupMs: null, stallsPerHour: null, rebufferRatio: null, latencyMs: null }
  expect(tilesOf({ viewers: null, reporting: 0, total: nobody }).filter(({ value }) => value === '–').length).toBe(5)
})

test('each of the last minutes has its bar, with and without viewers', () => {
  const nowMs = Date.parse('2026-01-01T20:03:30.000Z')
  const minute = (at: string, viewers: number, stalls: number): PlaybackMinute => ({ ...total, at, viewers, stalls })
  const bars = barsOf([minute('2026-01-01T20:01:00.000Z', 10, 3), minute('2026-01-01T20:03:00.000Z', 5, 0)], nowMs, 3)
  expect(bars.map(({ viewers, stalls, share }) => [viewers, stalls, share])).toEqual([
    [10, 3, 1],
    [0, 0, 0],
    [5, 0, 0.5],
  ])
})

test('retention is of those who started', () => {
  expect(retentionShares([8, 6, 2])).toEqual([100, 75, 25])
  expect(retentionShares([])).toEqual([])
})
