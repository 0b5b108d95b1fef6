import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PublishMeter } from './publish-meter.ts'

const states = fc.record({ isWanted: fc.boolean(), isLive: fc.boolean() })
/** Steps of the clock, back and far ahead too. */
const stepsMs = fc.oneof(fc.double({ min: 0, max: 5000, noNaN: true }), fc.integer({ min: -10_000, max: 0 }), fc.constant(86_400_000))

test('time until the first connection counts against an output, time stopped or without a source does not [OUT-09]', () => {
  const meter = new PublishMeter(1000)
  meter.note({ isWanted: true, isLive: false }, 1000)
  meter.note({ isWanted: true, isLive: true }, 3000)
  meter.note({ isWanted: false, isLive: true }, 13_000)
  meter.note({ isWanted: true, isLive: true }, 100_000)
  assert.deepEqual(meter.read(110_000), { wantedMs: 22_000, liveMs: 20_000 })
  meter.restart(110_000)
  assert.deepEqual(meter.read(111_000), { wantedMs: 1000, liveMs: 1000 })
})

test('live time is never above wanted time, and neither ever shrinks, whatever the clock does [OUT-09]', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(states, stepsMs), { maxLength: 60 }), (run) => {
      const meter = new PublishMeter(0)
      let nowMs = 0
      let before = { wantedMs: 0, liveMs: 0 }
      for (const [state, stepMs] of run) {
        nowMs += stepMs
        meter.note(state, nowMs)
        const times = meter.read(nowMs)
        assert.ok(times.liveMs <= times.wantedMs)
        assert.ok(times.wantedMs >= before.wantedMs && times.liveMs >= before.liveMs)
        before = times
      }
    }),
  )
})

test('how often it is read changes nothing: the parts add up to the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(states, fc.integer({ min: 0, max: 5000 })), { maxLength: 40 }), (run) => {
      const [often, seldom] = [new PublishMeter(0), new PublishMeter(0)]
      const parts = { wantedMs: 0, liveMs: 0 }
      let nowMs = 0
      let state = { isWanted: false, isLive: false }
      for (const [next, stepMs] of run) {
        if (state.isWanted) parts.wantedMs += stepMs
        if (state.isWanted && state.isLive) parts.liveMs += stepMs
        often.read(nowMs + stepMs / 2)
        nowMs += stepMs
        for (const meter of [often, seldom]) meter.note(next, nowMs)
        state = next
      }
      assert.deepEqual(often.read(nowMs), parts)
      assert.deepEqual(seldom.read(nowMs), parts)
    }),
  )
})
