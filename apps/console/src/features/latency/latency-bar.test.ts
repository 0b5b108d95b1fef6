import type { LatencyEntry, LatencyLedger } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { barParts, budgetShare, formatMs, takesOf } from './latency-bar.ts'

const entry = (patch: Partial<LatencyEntry>): LatencyEntry => ({
  stage: 'contribution',
  ms: null,
  basis: 'measured',
  verdict: 'unknown',
  budget: { fromMs: 100, toMs: 400, isOwn: false },
  expected: null,
  how: '',
  figures: [],
  breachedSince: null,
  ...patch,
})
const ledger = (stages: LatencyEntry[]): LatencyLedger => ({
  channelId: 'c',
  at: null,
  stages,
  outputs: [],
  ownMs: null,
  drift: { msPerMinute: null, limitMsPerMinute: 20, isDrifting: false },
})

test('what is only usual never looks measured, and what is unknown has no size [ING-13]', () => {
  const stages = [
    entry({ ms: 400 }),
    entry({ ms: 900, basis: 'computed' }),
    entry({ basis: 'expected', expected: { fromMs: 2000, toMs: 5000 } }),
    entry({}),
  ]
  expect(barParts(ledger(stages)).map(({ look, grow }) => [look, grow])).toEqual([
    ['measured', 20],
    ['computed', 30],
    ['expected', 59.2],
    ['unknown', 0],
  ])
})

test('times are as short as they can be read', () => {
  expect([formatMs(0.42), formatMs(42.4), formatMs(999), formatMs(2150)]).toEqual(['0.4 ms', '42 ms', '999 ms', '2.1 s'])
  expect(takesOf(entry({ expected: { fromMs: 2000, toMs: 5000 } }))).toBe('about 2.0 s to 5.0 s')
  expect(takesOf(entry({}))).toBe('–')
})

test('a budget’s bar ends where half as much again is used', () => {
  expect([budgetShare(entry({ ms: 100 })), budgetShare(entry({ ms: 9000 })), budgetShare(entry({}))]).toEqual([0.25, 1.5, null])
})
