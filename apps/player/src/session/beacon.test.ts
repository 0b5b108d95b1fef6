import { Beacon } from '@sluice/contract/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BeaconReporter, makeBeacon, newViewId } from './beacon.ts'
import type { PlayerMetrics } from './metrics.ts'

const metrics: PlayerMetrics = {
  ...{ state: 'live', startupMs: 640, stalls: 2, stalledMs: 900, playedMs: 30_000, frames: 900, droppedFrames: 3 },
  ...{ latencyMs: 2400, step: 'll-hls', bitrateBps: 3_000_000, recoveries: 0, width: 1280, height: 720 },
}
const running = { moment: 'running', isPaused: false, isRewound: false, errors: [] } as const

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a beacon says what the metrics do, in the form that the server takes', () => {
  const beacon = makeBeacon(newViewId(), metrics, { ...running, errors: ['network', 'media'] })
  expect(Beacon.parse(beacon)).toEqual(beacon)
  expect(beacon).toMatchObject({
    ...{ sta: 'p', msd: 640, ltc: 2400, bsa: 2, bsda: 900, br: 3000, dfa: 3, ec: ['network', 'media'] },
    ...{ 'sluice-played': 30_000, 'sluice-step': 'll-hls', 'sluice-rung': '720p' },
  })
})

test('what is not known is left out, and a stream that is loaded again is no sound-only one', () => {
  const bare = { ...metrics, state: 'starting', startupMs: null, latencyMs: null, step: null, bitrateBps: null, height: 0 } as const
  expect(makeBeacon(newViewId(), bare, running)).toEqual({
    sid: expect.any(String),
    sta: 's',
    bsa: 2,
    bsda: 900,
    dfa: 3,
    'sluice-played': 30_000,
  })
  expect(makeBeacon(newViewId(), { ...metrics, state: 'stalled', height: 0 }, running)['sluice-rung']).toBe(undefined)
  expect(makeBeacon(newViewId(), { ...metrics, height: 0 }, running)['sluice-rung']).toBe('audio')
})

test('who is paused or has gone back says nothing of how far behind the stream is', () => {
  for (const own of [{ isPaused: true }, { isRewound: true }])
    expect(makeBeacon(newViewId(), metrics, { ...running, ...own }).ltc).toBe(undefined)
})

test('the state is that of the picture', () => {
  const state = (more: Partial<PlayerMetrics>, isPaused = false) =>
    makeBeacon(newViewId(), { ...metrics, ...more }, { ...running, isPaused }).sta
  expect([state({}), state({}, true), state({ state: 'stalled' }), state({ state: 'unplayable' })]).toEqual(['p', 'a', 'r', 'f'])
})

test('a view reports at its beginning, every 10 s and at its end, under one name; the next view has another', () => {
  const sent: Beacon[] = []
  const reporter = new BeaconReporter({
    read: () => metrics,
    isPaused: () => false,
    isRewound: () => false,
    send: (beacon) => sent.push(beacon),
    random: () => 0.5,
  })
  reporter.noteError('network')
  reporter.begin()
  reporter.begin()
  vi.advanceTimersByTime(29_999)
  expect(sent.length).toBe(3)
  reporter.noteError('media')
  reporter.end()
  reporter.end()
  vi.advanceTimersByTime(60_000)
  expect(sent.map(({ sta }) => sta)).toEqual(['p', 'p', 'p', 'q'])
  expect(sent.at(-1)?.ec).toEqual(['media'])
  expect(new Set(sent.map(({ sid }) => sid)).size).toBe(1)
  reporter.begin()
  expect(sent.at(-1)?.sid).not.toBe(sent[0]?.sid)
  reporter.end()
})
