import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChannelStats, LatencyLedger, latencyStages } from '@sluice/contract/api'
import type { OutputStats } from '@sluice/contract/link'
import { makeLine } from '@sluice/testkit/engine-link'
import { unknownLine } from '../verdicts/index.ts'
import { type LedgerFacts, latencyLedger } from './ledger.ts'

const outputStats = (patch: Partial<OutputStats>): OutputStats => ({
  outputId: 'a',
  bitrateBps: 0,
  bytesTotal: 0,
  ackedBytesTotal: null,
  queueBytes: 0,
  queueMs: 0,
  framesDroppedTotal: 0,
  reconnectsTotal: 0,
  sessionMs: 0,
  line: null,
  ...patch,
})
const input = {
  inputId: 'in',
  bitrateBps: 0,
  videoBps: 0,
  audioBps: 0,
  fps: 30,
  gopMs: null,
  framesTotal: 0,
  bytesTotal: 0,
  timestampJumpsTotal: 0,
}
const lineIn = makeLine({
  ageMs: 1000,
  rttMs: 40,
  latencyMs: 300,
  bufferMs: 290,
  packetsTotal: 900,
  lostTotal: 9,
})

function ledgerOf(stats: Partial<ChannelStats>, facts: Partial<LedgerFacts> = {}) {
  const ledger = latencyLedger({
    channelId: 'c',
    stats: { channelId: 'c', at: new Date(0).toISOString(), inputs: [], outputs: [], playback: null, ...stats },
    onAir: { inputId: 'in', protocol: 'srt' },
    outputs: [],
    own: {},
    line: unknownLine,
    drift: { msPerMinute: null, isDrifting: false },
    viewers: null,
    breaches: {},
    ...facts,
  })
  assert.deepEqual(
    ledger.stages.map(({ stage }) => stage),
    latencyStages.filter((stage) => stage !== 'contribution-tcp' || facts.onAir?.protocol === 'rtmp'),
  )
  LatencyLedger.parse(ledger)
  return { ledger, of: (stage: string) => ledger.stages.find((one) => one.stage === stage)! }
}

test('SRT contribution is measured; RTMP is what is usual and never a measure [ING-13] [LAT-03]', () => {
  const srt = ledgerOf({ inputs: [{ ...input, maxGapMs: 0, sessionMs: 0, line: lineIn }] }).of('contribution')
  assert.deepEqual([srt.ms, srt.basis, srt.verdict, srt.expected], [320, 'measured', 'within', null])
  const slow = { inputs: [{ ...input, maxGapMs: 0, sessionMs: 0, line: { ...lineIn, latencyMs: 800 } }] }
  const chosen = ledgerOf(slow).of('contribution')
  const raised = { fromMs: 350, latencyMs: 800 }
  assert.deepEqual([chosen.verdict, chosen.budget], ['within', { fromMs: 100, toMs: 890, isOwn: false, raised }])
  assert.match(chosen.how, /latency of 800 ms does not fit the usual budget of 350 ms/)
  assert.equal(srt.budget.raised?.latencyMs, 300)
  assert.equal(ledgerOf(slow, { own: { contribution: 350 } }).of('contribution').verdict, 'over')
  const onAir = { inputId: 'in', protocol: 'rtmp' } as const
  const overTcp = ledgerOf({ inputs: [{ ...input, maxGapMs: 0, sessionMs: 0, line: null }] }, { onAir })
  const rtmp = overTcp.of('contribution-tcp')
  assert.deepEqual([rtmp.ms, rtmp.basis, rtmp.verdict, rtmp.expected], [null, 'expected', 'unknown', { fromMs: 2000, toMs: 5000 }])
  const { ms, expected, verdict } = overTcp.of('contribution')
  assert.deepEqual([ms, expected, verdict], [null, null, 'unknown'])
})

test('capture is what is usual until an operator declares it, and then held against its budget [LAT-02]', () => {
  const capture = (declaredCapture?: number) =>
    ledgerOf({}, { own: declaredCapture === undefined ? {} : { declaredCapture } }).of('capture')
  assert.deepEqual([capture().ms, capture().basis, capture().expected], [null, 'expected', { fromMs: 80, toMs: 220 }])
  assert.deepEqual([capture(220).ms, capture(220).basis, capture(220).verdict], [220, 'declared', 'within'])
  assert.equal(capture(221).verdict, 'over')
})

test('median round trip and loss are held against their limits [LAT-09] [LAT-10]', () => {
  const stats = { inputs: [{ ...input, maxGapMs: 0, sessionMs: 0, line: lineIn }] }
  const troubled = (rttMedianMs: number, lossShare: number) =>
    ledgerOf(stats, { line: { rttMedianMs, lossShare, dropShare: 0, latencyMs: null } })
      .of('contribution')
      .figures.filter((one) => one.isTroubled)
      .map((one) => one.label)
  assert.deepEqual(troubled(150, 0.01), [])
  assert.deepEqual(troubled(181, 0.011), ['Median round trip', 'Loss'])
})

test('a channel’s own budget takes the place of the usual one', () => {
  const stats = { processing: { p50Ms: 3, p95Ms: 90, p99Ms: 120, samples: 100 } }
  assert.equal(ledgerOf(stats).of('processing').verdict, 'within')
  const own = ledgerOf(stats, { own: { processing: 60 } }).of('processing')
  assert.deepEqual([own.verdict, own.budget], ['over', { fromMs: 60, toMs: 60, isOwn: true }])
})

test('the slowest output makes the queue, destinations are apart, and what is not connected counts in neither [LAT-05] [LAT-07]', () => {
  const stats = {
    processing: { p50Ms: 3, p95Ms: 9, p99Ms: 12, samples: 100 },
    outputs: [
      outputStats({ outputId: 'a', queueMs: 20, queueBytes: 2000, ackAgeMs: 300 }),
      outputStats({ outputId: 'b', queueMs: 900, queueBytes: 90_000, ackAgeMs: 1600 }),
      outputStats({ outputId: 'c', queueMs: 7000, queueBytes: 700_000, ackAgeMs: 9000 }),
      outputStats({ outputId: 'd', line: makeLine({ rttMs: 50, latencyMs: 250 }) }),
    ],
  }
  const outputs = (['a', 'b', 'c', 'd'] as const).map((id) => ({
    id,
    name: id.toUpperCase(),
    state: id === 'c' ? ('backoff' as const) : ('live' as const),
  }))
  const { ledger, of } = ledgerOf(stats, { outputs })
  assert.deepEqual([of('queue').ms, of('queue').verdict, of('acceptance').ms, of('acceptance').verdict], [900, 'over', 1600, 'over'])
  assert.equal(ledger.ownMs, 909)
  assert.deepEqual(
    ledger.outputs.map((one) => [one.queueVerdict, one.acceptanceMs, one.acceptanceBasis, one.acceptanceVerdict]),
    [
      ['within', 300, 'measured', 'within'],
      ['over', 1600, 'measured', 'over'],
      ['unknown', null, 'measured', 'unknown'],
      ['within', 300, 'computed', 'within'],
    ],
  )
})

test('what viewers’ players say takes the place of what was computed, and is held against the budget [LAT-06]', () => {
  const viewers = { reporting: 12, figures: { latencyMs: { p50: 14_000, p95: 20_000 }, startupMs: { p50: 900, p95: 1800 } } }
  const player = ledgerOf({}, { viewers }).of('player')
  assert.deepEqual([player.ms, player.basis, player.verdict], [14_000, 'measured', 'over'])
  assert.deepEqual(
    player.figures.map(({ value }) => value),
    ['20.0 s', '12', '900 ms, 95 of 100 within 1.8 s'],
  )
  const silent = { ...viewers, figures: { latencyMs: null, startupMs: null } }
  assert.equal(ledgerOf({}, { viewers: silent }).of('player').basis, 'computed')
})

test('the player’s delay is computed from what the packager cuts, and said to be so [LAT-06]', () => {
  const playback = { segmentsTotal: 9, lastSegmentMs: 2000, viewers: 1, bytesServedTotal: 1, holdBackMs: 6000 }
  const player = ledgerOf({ playback }).of('player')
  assert.deepEqual([player.ms, player.basis, player.verdict], [6000, 'computed', 'within'])
  // Segments of 4 s.
  assert.equal(ledgerOf({ playback: { ...playback, lastSegmentMs: 4000, holdBackMs: 12_000 } }).of('player').verdict, 'over')
})

test('without an engine nothing is known, and nothing is made up', () => {
  const { ledger } = ledgerOf({}, { onAir: null })
  assert.deepEqual(
    ledger.stages.map(({ ms, verdict }) => [ms, verdict]),
    ledger.stages.map(() => [null, 'unknown']),
  )
  assert.equal(ledger.ownMs, null)
})
