import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LatencyBudgetsPatch } from '@sluice/contract/api'
import { classPolicies } from '@sluice/contract/policy'
import { limitsOf } from '@sluice/judge'
import { makeLine } from '@sluice/testkit/engine-link'
import { makeChannelActual, makeInputActual, makeInputStats, makeOutputActual, makeOutputStats } from '@sluice/testkit/rows'
import { LiveState } from '../observed/index.ts'
import { VerdictMonitor } from '../verdicts/index.ts'
import { LatencyMonitor } from './latency-monitor.ts'

type Second = { rttMs?: number; loss?: number; latencyMs?: number; queueMs?: number; isSrt?: boolean }

/** One channel with one output, told a second at a time. */
function makeStage(own: LatencyBudgetsPatch = {}) {
  const live = new LiveState()
  const told: string[] = []
  const config = { outputs: [{ id: 'o', name: 'Out' }], own }
  const verdicts = new VerdictMonitor({
    actual: (channelId) => live.channel(channelId),
    output: () => null,
    probed: () => [],
    seen: () => [],
    config: () => ({ limits: limitsOf([classPolicies.B]), own, outputs: [] }),
  })
  const watch = new LatencyMonitor({
    viewers: () => null,
    live,
    line: (channelId, inputId) => verdicts.line(channelId, inputId),
    config: (channelId) => (channelId === 'c' ? config : null),
    onEvent: ({ name, message }) => told.push(`${name}: ${message}`),
  })
  let [second, unique, lost] = [0, 0, 0]
  const since = new Date(0).toISOString()
  const actual = (isOnAir: boolean) =>
    makeChannelActual({
      inputs: [makeInputActual({ inputId: 'in', onAir: isOnAir, protocol: 'srt' })],
      outputs: [makeOutputActual({ since })],
    })
  live.receiveActual(actual(true), 'engine-1')
  const run = (seconds: number, { rttMs = 40, loss = 0, latencyMs = 200, queueMs = 0, isSrt = true }: Second = {}): void => {
    for (let i = 0; i < seconds; i++) {
      second++
      unique += 500
      lost += 500 * loss
      const counts = { packetsTotal: unique, lostTotal: lost }
      const reading = isSrt ? makeLine({ ageMs: second * 1000, rttMs, latencyMs, ...counts }) : null
      live.receiveStats(
        'engine-1',
        {
          type: 'stats',
          at: new Date(second * 1000).toISOString(),
          process: { cpuSeconds: second, rssBytes: 0, loopLagMs: 0 },
          channels: [
            {
              channelId: 'c',
              inputs: [makeInputStats({ inputId: 'in', line: reading })],
              outputs: [makeOutputStats({ queueMs, ackAgeMs: 100 })],
              playback: null,
              processing: { p50Ms: 1, p95Ms: 2, p99Ms: 3, samples: 9 },
            },
          ],
        },
        (bare) => verdicts.judge(bare),
      )
      watch.note(live.stats('c'))
    }
  }
  return { watch, live, run, told, leave: () => live.receiveActual(actual(false), 'engine-1') }
}

test('loss over 1 % and a median round trip over 180 ms alarm, and their end is told [LAT-09] [LAT-10] [OBS-01]', () => {
  const { run, told } = makeStage()
  run(600)
  assert.deepEqual(told, [])
  run(200, { loss: 0.03 })
  assert.match(
    told.join('\n'),
    /^latency\.breached: Contribution: [123]\.\d % of the packets were lost before recovery in the last minute \(limit 1 %\)/,
  )
  run(200)
  assert.match(told[1] ?? '', /^latency\.recovered: Contribution is back within its limit: \d\.\d % of the packets/)
  run(200, { rttMs: 240 })
  assert.match(told[2] ?? '', /^latency\.breached: Contribution: the median round trip is 240 ms \(limit 150 to 180 ms\)/)
  assert.equal(told.length, 3)
})

test('a way in over its budget is told once however long it lasts, and RTMP after it as not measured [LAT-03] [ING-13]', () => {
  const { run, told, watch } = makeStage({ contribution: 350 })
  run(400, { latencyMs: 500 })
  assert.deepEqual(told.length, 1)
  assert.deepEqual(watch.trouble('c').breached, ['contribution'])
  run(100, { isSrt: false })
  assert.equal(told[1], 'latency.recovered: Latency: contribution is not measured any more.')
  assert.deepEqual(watch.trouble('c').breached, [])
})

test('the latency that an operator gave an SRT input is no breach by itself [LAT-03] [ING-05]', () => {
  const { run, told } = makeStage()
  run(400, { latencyMs: 500 })
  assert.deepEqual(told, [])
})

test('a queue that grows all the time is told as drift, once [LAT-08]', () => {
  const { run, told } = makeStage()
  for (let i = 0; i < 900; i++) run(1, { queueMs: i })
  assert.deepEqual(
    told.map((line) => line.split(':')[0]),
    ['latency.breached', 'latency.drifted'],
  )
  assert.match(told[1] ?? '', /\d\d ms a minute more for ten minutes/)
})

test('an unknown channel has no ledger, and a deleted one is forgotten', () => {
  const { watch } = makeStage()
  assert.equal(watch.ledger('other'), null)
  assert.deepEqual(watch.trouble('other'), { breached: [], isDrifting: false })
})
