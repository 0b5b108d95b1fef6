import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputStates } from '@sluice/base/words'
import { type TargetJudgement, type Verdict, verdictCodes, verdictLevels } from '@sluice/contract/api'
import { classPolicies } from '@sluice/contract/policy'
import fc from 'fast-check'
import {
  deviationOf,
  findings,
  isTroubled,
  type Judged,
  judgeLine,
  judgeOutput,
  judgePlayback,
  type LineFacts,
  limitsOf,
  type OutputFacts,
  sayVerdicts,
  stageBudget,
  verdictWords,
} from './index.ts'

const limits = limitsOf([classPolicies.B])
const nowMs = 1_800_000_000_000
const at = (agoMs: number): string => new Date(nowMs - agoMs).toISOString()
const codes = (judged: readonly Judged[]): string[] => findings(judged).map(({ code, level }) => `${code} ${level}`)

const lineFacts = (change: Partial<LineFacts> = {}): LineFacts => ({
  way: 'in',
  gapMs: 40,
  lossShare: 0,
  dropShare: 0,
  rttMedianMs: 40,
  latencyMs: 1000,
  contribution: { takesMs: 350, budgetMs: 350 },
  ...change,
})
const lines: { within: Partial<LineFacts>; past: Partial<LineFacts>; verdict: string }[] = [
  { within: { gapMs: 500 }, past: { gapMs: 501 }, verdict: 'gap warn' },
  { within: {}, past: { gapMs: 1001 }, verdict: 'gap bad' },
  { within: { lossShare: 0.01 }, past: { lossShare: 0.0101 }, verdict: 'loss warn' },
  { within: { dropShare: 0 }, past: { dropShare: 0.0001 }, verdict: 'drop warn' },
  { within: {}, past: { dropShare: 0.0011 }, verdict: 'drop bad' },
  { within: { rttMedianMs: 180 }, past: { rttMedianMs: 181 }, verdict: 'rtt warn' },
  { within: { rttMedianMs: 100, latencyMs: 400 }, past: { rttMedianMs: 100, latencyMs: 399 }, verdict: 'headroom warn' },
  {
    within: { contribution: { takesMs: 350, budgetMs: 350 } },
    past: { contribution: { takesMs: 351, budgetMs: 350 } },
    verdict: 'contribution warn',
  },
]
for (const { within, past, verdict } of lines) {
  test(`a line: ${verdict} begins at its limit and not before`, () => {
    assert.deepEqual(codes(judgeLine(lineFacts(within), limits)), [])
    assert.deepEqual(codes(judgeLine(lineFacts(past), limits)), [verdict])
  })
}

test('a TCP line tells only of gaps, and the way out has no limit for its round trip alone', () => {
  const tcp = { lossShare: null, dropShare: null, rttMedianMs: null, latencyMs: null, contribution: null }
  assert.deepEqual(
    judgeLine(lineFacts(tcp), limits).map(({ code }) => code),
    ['gap'],
  )
  assert.deepEqual(codes(judgeLine(lineFacts({ way: 'out', gapMs: 5000, rttMedianMs: 600, latencyMs: 2400 }), limits)), [])
})

test('a lossy way out is a matter of this machine’s uplink, not of the encoder’s', () => {
  const tryFirst = (way: 'in' | 'out') => sayVerdicts(judgeLine(lineFacts({ way, lossShare: 0.05 }), limits))[0]?.tryFirst ?? ''
  assert.match(tryFirst('in'), /encoder’s uplink/)
  assert.match(tryFirst('out'), /^Check the uplink of this machine/)
})

test('a latency under four round trips is warned of without any loss, in and out, with the latency to set [LAT-11] [ING-15]', () => {
  const said = (way: 'in' | 'out') => sayVerdicts(judgeLine(lineFacts({ way, rttMedianMs: 150, latencyMs: 500 }), limits))[0]
  assert.equal(
    said('in')?.sentence,
    'The SRT latency of 500 ms leaves no headroom at a round trip of 150 ms: lost packets may be resent too late.',
  )
  assert.equal(said('in')?.tryFirst, 'Set the SRT latency of the input to 660 ms, then restart the stream in the encoder.')
  assert.equal(said('out')?.tryFirst, 'Set latency=660 in the address of this output.')
})

test('levels of a line are monotonic in each figure', () => {
  const figure = { gapMs: 5000, lossShare: 1, dropShare: 1, rttMedianMs: 2000 } as const
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  for (const [name, top] of Object.entries(figure)) {
    const levelAt = (part: number): number =>
      verdictLevels.indexOf(findings(judgeLine(lineFacts({ [name]: part * top }), limits))[0]?.level ?? 'ok')
    fc.assert(fc.property(share, share, (a, b) => assert.ok(levelAt(Math.max(a, b)) >= levelAt(Math.min(a, b)))))
  }
})

type OutputChange = { actual?: Partial<OutputFacts['actual']>; stats?: Partial<NonNullable<OutputFacts['stats']>>; staleSince?: string }
const outputFacts = ({ actual, stats, staleSince }: OutputChange = {}): OutputFacts => ({
  nowMs,
  class: 'B',
  effective: { queueMs: 4000 },
  actual: { state: 'live', since: at(60_000), reason: null, ...actual },
  stats: { queueMs: 20, sessionMs: 60_000, ...stats },
  staleSince: staleSince ?? null,
})
const target = (change: Partial<TargetJudgement>): TargetJudgement => ({
  foundKbps: 3000,
  targetKbps: 3000,
  targetFrom: 'source',
  limitKbps: 5000,
  limitFrom: 'class',
  deviates: null,
  since: null,
  ...change,
})
const handover = { state: 'failed', since: at(1000), attempts: 1, nextRetryAt: null } as const
const reason = { kind: 'auth', code: 'X_Y', message: 'the key was refused', hint: 'Copy the key again.' } as const
const outputs: { within: OutputChange; past: OutputChange; verdict: string }[] = [
  { within: { stats: { queueMs: 2000 } }, past: { stats: { queueMs: 2001 } }, verdict: 'queue warn' },
  {
    within: { stats: { target: target({ foundKbps: 2400 }) } },
    past: { stats: { target: target({ foundKbps: 2399 }) } },
    verdict: 'target-under warn',
  },
  {
    within: { stats: { target: target({ foundKbps: 5250 }) } },
    past: { stats: { target: target({ foundKbps: 5251 }) } },
    verdict: 'limit-over warn',
  },
  {
    within: { actual: { state: 'connecting', since: at(15_000) } },
    past: { actual: { state: 'connecting', since: at(15_001) } },
    verdict: 'connect-slow warn',
  },
  {
    within: { actual: { handover: { ...handover, reason: null } } },
    past: { actual: { handover: { ...handover, reason } } },
    verdict: 'handover-failed warn',
  },
  { within: {}, past: { actual: { state: 'backoff', reason } }, verdict: 'output-down bad' },
  { within: {}, past: { staleSince: at(4000) }, verdict: 'output-unknown bad' },
]
for (const { within, past, verdict } of outputs) {
  test(`an output: ${verdict} begins at its limit and not before`, () => {
    assert.deepEqual(codes(judgeOutput(outputFacts(within))), [])
    assert.deepEqual(codes(judgeOutput(outputFacts(past))), [verdict])
  })
}

test('figures of a session’s first seconds are not judged', () => {
  assert.deepEqual(codes(judgeOutput(outputFacts({ stats: { queueMs: 4000, sessionMs: 9999 } }))), [])
})

test('four states are trouble, and a live output that nobody hears of is too', () => {
  assert.deepEqual(
    outputStates.filter((state) => isTroubled(state)),
    ['stalled', 'backoff', 'disabled', 'failed'],
  )
  assert.deepEqual([isTroubled('live', true), isTroubled('connecting', true), isTroubled(null, true)], [true, false, false])
})

test('an output that is over its limit is not called under its target as well', () => {
  assert.deepEqual([deviationOf(5251, 9000, 5000), deviationOf(2399, 3000, 5000), deviationOf(2400, 3000, 5000)], ['over', 'under', null])
})

const channel = { state: 'live', since: at(60_000), hlsReady: true } as const
test('the player page: no playlist after 20 s is bad, key frames over 6 s apart make viewers wait, and a segment that does not come is late [OBS-05]', () => {
  const playback = (change: object, lastSegmentMs = 2000, segmentAgeMs = 1000) =>
    codes(judgePlayback({ nowMs, actual: { ...channel, ...change }, stats: { lastSegmentMs }, segmentAgeMs }))
  assert.deepEqual(playback({ playback: { longGopMs: 6000 } }), [])
  assert.deepEqual(playback({ playback: { longGopMs: 6001 } }), ['join-late warn'])
  assert.deepEqual(
    [playback({}, 2000, 6000), playback({}, 2000, 6001), playback({}, 2000, 12_001)],
    [[], ['segment-late warn'], ['segment-late bad']],
  )
  assert.deepEqual([playback({}, 4000, 10_000), playback({}, 4000, 10_001)], [[], ['segment-late warn']])
  assert.deepEqual(playback({ hlsReady: false, since: at(20_000) }), [])
  assert.deepEqual(playback({ hlsReady: false, since: at(20_001) }), ['playlist-late bad'])
  assert.deepEqual(playback({ state: 'idle', hlsReady: false }), [])
})

test('a budget that gives way to the SRT latency says so; one that the channel sets itself never gives way [LAT-03] [ING-05]', () => {
  assert.deepEqual(stageBudget('contribution', {}, 260), { fromMs: 100, toMs: 350, isOwn: false })
  assert.deepEqual(stageBudget('contribution', {}, 261), { fromMs: 100, toMs: 351, isOwn: false, raised: { fromMs: 350, latencyMs: 261 } })
  assert.deepEqual(stageBudget('contribution', { contribution: 300 }, 900), { fromMs: 100, toMs: 300, isOwn: true })
  assert.deepEqual(stageBudget('processing', {}, 900), { fromMs: 120, toMs: 500, isOwn: false })
})

test('the worst comes first, and every sentence is whole and ends', () => {
  const judged = [
    ...judgeLine(
      lineFacts({ gapMs: 600, lossShare: 0.03, dropShare: 0.5, rttMedianMs: 400, contribution: { takesMs: 700, budgetMs: 350 } }),
      limits,
    ),
    ...outputs.flatMap(({ past }) => judgeOutput(outputFacts(past))),
  ]
  const said: Verdict[] = sayVerdicts(judged)
  assert.deepEqual(
    said.map(({ level }) => level).toSorted(),
    said.map(({ level }) => level),
  )
  for (const { code, sentence, tryFirst } of said) {
    assert.match(sentence, /^[A-Z0-9].*\.$/, code)
    assert.doesNotMatch(sentence, /undefined|NaN|null/, code)
    if (tryFirst !== null) assert.match(tryFirst, /^[A-Z].*\.$/, code)
  }
  assert.equal(said[0]?.sentence, '50.00 % of the packets were not recovered in the last minute: the picture breaks up.')
})

test('an unfinished reason of the far end becomes a sentence', () => {
  const figures = { state: 'failed', reason: 'the server refused the key', hint: '' }
  assert.deepEqual(verdictWords({ code: 'output-down', figures }), { sentence: 'The server refused the key.', tryFirst: null })
  assert.equal(new Set(verdictCodes).size, verdictCodes.length)
})
