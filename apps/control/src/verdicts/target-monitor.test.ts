import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelStats, TargetJudgement } from '@sluice/contract/api'
import { classPolicies, effectiveLimits, type OutputLimits } from '@sluice/contract/policy'
import { makeInputStats, makeOutputStats } from '@sluice/testkit/rows'
import { TargetMonitor } from './target-monitor.ts'

const startMs = 1_800_000_000_000
const audioBps = 128_000

/** One second of a channel: video in, and what goes out, audio included. */
const second = (i: number, videoBps: number, outBps: number): ChannelStats => ({
  channelId: 'c',
  at: new Date(startMs + i * 1000).toISOString(),
  inputs: [makeInputStats({ inputId: 'in', bitrateBps: videoBps + audioBps, videoBps, audioBps })],
  outputs: [makeOutputStats({ bitrateBps: outBps, sessionMs: 60_000 })],
  playback: null,
})

const limitOf = (limits: OutputLimits) =>
  ({
    kbps: effectiveLimits(classPolicies.B, limits).maxVideoKbps,
    from: limits.maxVideoKbps === undefined ? 'class' : 'output',
  }) as const

/** Feeds seconds and gives what the last one came to. */
function watch(seconds: number, videoBps: number, outBps: number, limits: OutputLimits = {}, after: readonly ChannelStats[] = []) {
  const watched = new TargetMonitor()
  const target = {
    outputId: 'o',
    isLive: true,
    limits: effectiveLimits(classPolicies.B, limits),
    limit: limitOf(limits),
  }
  const judge = (stats: ChannelStats): TargetJudgement | undefined => watched.judge(stats, 'in', [target]).outputs[0]?.target
  const all = [...Array.from({ length: seconds }, (_, i) => second(i, videoBps, outBps)), ...after]
  return all.map(judge).at(-1)
}

test('an output is held against the source until it has a target of its own [OBS-04]', () => {
  assert.equal(watch(7, 3e6, 1e6), undefined, 'ten seconds are needed')
  assert.deepEqual(watch(10, 3e6, 3.128e6), {
    foundKbps: 3000,
    targetKbps: 3000,
    targetFrom: 'source',
    limitKbps: 5000,
    limitFrom: 'class',
    deviates: null,
    since: null,
  })
  const under = watch(12, 3e6, 2.4e6)
  assert.deepEqual([under?.deviates, under?.foundKbps], ['under', 2272])
  assert.equal(under?.since, new Date(startMs + 8000).toISOString())
  const own = watch(12, 3e6, 3.128e6, { targetVideoKbps: 4500 })
  assert.deepEqual([own?.deviates, own?.targetFrom, own?.targetKbps], ['under', 'output', 4500])
})

test('an output over its limit is told, with whose limit it is; what a container adds is no excess [OBS-04]', () => {
  assert.equal(watch(10, 5e6, 5.3e6)?.deviates, null)
  const ofClass = watch(10, 6e6, 6.128e6)
  assert.deepEqual([ofClass?.deviates, ofClass?.limitFrom], ['over', 'class'])
  const own = watch(10, 3e6, 3.128e6, { maxVideoKbps: 2000 })
  assert.deepEqual([own?.deviates, own?.limitFrom, own?.limitKbps], ['over', 'output', 2000])
})

test('bitrates that swing with the key frames are looked at as one, and a dip of three seconds is none', () => {
  const swinging = Array.from({ length: 12 }, (_, i) => second(i, i % 2 === 0 ? 6e6 : 1e6, i % 2 === 0 ? 1e6 : 6e6))
  assert.equal(watch(0, 0, 0, {}, swinging)?.deviates, null)
  const dip = Array.from({ length: 3 }, (_, i) => second(20 + i, 3e6, 2e6))
  assert.equal(watch(20, 3e6, 3.128e6, {}, dip)?.deviates, null)
})

test('what was before a gap in the figures, another session, or a source that went does not count', () => {
  assert.equal(watch(10, 3e6, 1e6, {}, [second(60, 3e6, 1e6)]), undefined)
  const fresh = second(10, 3e6, 1e6)
  fresh.outputs[0]!.sessionMs = 2000
  assert.equal(watch(10, 3e6, 1e6, {}, [fresh]), undefined)
  const watched = new TargetMonitor()
  const target = { outputId: 'o', isLive: true, limits: effectiveLimits(classPolicies.B, {}), limit: limitOf({}) }
  for (let i = 0; i < 12; i++) assert.equal(watched.judge(second(i, 3e6, 1e6), null, [target]).outputs[0]?.target, undefined)
})
