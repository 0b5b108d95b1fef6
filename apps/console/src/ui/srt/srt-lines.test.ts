import type { LineStats } from '@sluice/contract/link'
import { expect, test } from 'vitest'
import { srtLines } from './srt-lines.ts'

const reading = (second: number, ageS: number, change: Partial<LineStats> = {}) => ({
  atMs: second * 1000,
  line: {
    ageMs: ageS * 1000,
    rttMs: 40,
    latencyMs: 500,
    bufferMs: 480,
    packetsTotal: ageS * 100,
    lostTotal: ageS * 5,
    resentTotal: ageS * 5,
    droppedTotal: 0,
    ...change,
  } as LineStats,
})

test('shares are percent of the packets of the last seconds', () => {
  const { lost, dropped, rttMs } = srtLines([reading(0, 0), reading(1, 1), reading(2, 2, { lostTotal: 30 })])
  expect(lost.map((point) => point.value)).toEqual([0, 5, 15])
  expect(dropped.map((point) => point.value)).toEqual([0, 0, 0])
  expect(rttMs[0]).toEqual({ atMs: 0, value: 40 })
})

test('a connection that follows another starts from nothing, and samples without SRT are left out', () => {
  const { lost } = srtLines([reading(0, 50), { atMs: 1000 }, reading(2, 1), reading(3, 2)])
  expect(lost.map((point) => point.value)).toEqual([0, 0, 5])
})
