import type { ChannelStats } from '@sluice/contract/api'
import { makeChannelStats, makeInputStats } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { fineSamples, StatsStore } from './stats-store.ts'

const make = (second: number, bitrateBps: number, segmentsTotal = 0): ChannelStats =>
  makeChannelStats({
    at: new Date(second * 1000).toISOString(),
    inputs: [makeInputStats({ inputId: 'in', bitrateBps, maxGapMs: 33, framesTotal: second * 30 })],
    playback: { segmentsTotal, lastSegmentMs: 2000, viewers: 0, bytesServedTotal: 0 },
  })

test('a bitrate that swings with the keyframes is shown as steady', () => {
  const store = new StatsStore()
  for (let second = 1; second <= 10; second++) store.put(make(second, second % 2 === 0 ? 6e6 : 2e6))
  expect(
    store
      .history('in')
      .slice(-3)
      .map((sample) => sample.bitrateBps),
  ).toEqual([4e6, 4e6, 4e6])
})

test('what was before a gap does not reach into what is after it', () => {
  const store = new StatsStore()
  store.put(make(1, 8e6))
  store.put(make(20, 2e6))
  expect(store.history('in').at(-1)?.bitrateBps).toBe(2e6)
})

test('a repeated second counts once; five minutes are kept by the second, and older ones each 5 s for 15 minutes', () => {
  const store = new StatsStore()
  for (let second = 1; second <= 3000; second++) store.put(make(second, 4e6))
  store.put(make(3000, 9e6))
  const history = store.history('in')
  expect(history.at(-1)?.secondBps).toBe(4e6)
  expect(history.length).toBeGreaterThan(fineSamples)
  expect(history.length).toBeLessThanOrEqual(fineSamples + 122)
  expect(history[0]!.atMs).toBeGreaterThan((3000 - 15 * 60) * 1000)
  const steps = history.slice(1).map(({ atMs }, at) => atMs - history[at]!.atMs)
  expect(Math.max(...steps)).toBeLessThanOrEqual(5000)
})

test('what control kept stands in front of what was seen, and nothing twice', () => {
  const store = new StatsStore()
  for (let second = 101; second <= 110; second++) store.put(make(second, 4e6))
  const at = [90, 95, 100, 105].map((second) => new Date(second * 1000).toISOString())
  store.seed({ channelId: 'c', stepMs: 5000, at, inputs: [{ id: 'in', bitrateBps: [1e6, null, 3e6, 5e6] }], outputs: [] })
  expect(store.history('in').map(({ atMs }) => atMs / 1000)).toEqual([90, 100, ...Array.from({ length: 10 }, (_, i) => 101 + i)])
})

test('figures that an engine says hold are of the new second, and those of other engines, newer or stale ones stay', () => {
  const store = new StatsStore()
  const of = (channelId: string, second: number, staleSince: string | null = null): ChannelStats => ({
    ...make(second, 4e6),
    channelId,
    staleSince,
  })
  const isoAt = (second: number): string => new Date(second * 1000).toISOString()
  store.put(of('held', 1), 'engine-1')
  store.put(of('other', 1), 'engine-2')
  store.put(of('silent', 1, isoAt(1)), 'engine-1')
  store.put(of('newer', 3), 'engine-1')
  store.hold('engine-1', isoAt(2))
  expect(['held', 'other', 'silent', 'newer'].map((id) => store.latest(id)?.at)).toEqual([2, 1, 1, 3].map(isoAt))
  expect(store.history('in').map(({ atMs }) => atMs)).toEqual([1000, 3000])
  expect(store.latest('held')?.inputs).toEqual(store.latest('other')?.inputs)
})

test('an idle second that is held is a sample like one that was sent', () => {
  const [sent, held] = [new StatsStore(), new StatsStore()]
  held.put(make(1, 0), 'engine-1')
  for (let second = 1; second <= 5; second++) sent.put({ ...make(1, 0), at: new Date(second * 1000).toISOString() })
  for (let second = 2; second <= 5; second++) held.hold('engine-1', new Date(second * 1000).toISOString())
  expect(held.history('in')).toEqual(sent.history('in'))
})
