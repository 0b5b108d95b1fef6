import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PublishMeter } from './publish-meter.ts'

const states = fc.record({ isWanted: fc.boolean(), isLive: fc.boolean() })
/** Steps of the clock, back and far ahead too. */
const stepsMs = fc.oneof(fc.double({ min: 0, max: 5000, noNaN: true }), fc.integer({ min: -10_000, max: 0 }), fc.constant(86_400_000))

test('the first connect of a broadcast is left out up to 5 s; time stopped or without a source does not count [OUT-09]', () => {
  const meter = new PublishMeter(1000)
  meter.note({ isWanted: true, isLive: false }, 1000)
  meter.note({ isWanted: true, isLive: true }, 3000)
  meter.note({ isWanted: false, isLive: true }, 13_000)
  meter.note({ isWanted: true, isLive: true }, 100_000)
  assert.deepEqual(meter.read(110_000), { wantedMs: 20_000, liveMs: 20_000 })
  meter.restart(110_000)
  assert.deepEqual(meter.read(111_000), { wantedMs: 1000, liveMs: 1000 })
})

test('a first connect that takes longer counts against it from 5 s on, and a second one from its beginning [OUT-09]', () => {
  const meter = new PublishMeter(0)
  meter.note({ isWanted: true, isLive: false }, 0)
  meter.note({ isWanted: true, isLive: true }, 8000)
  meter.note({ isWanted: true, isLive: false }, 10_000)
  meter.note({ isWanted: true, isLive: true }, 11_000)
  assert.deepEqual(meter.read(12_000), { wantedMs: 3000 + 2000 + 1000 + 1000, liveMs: 3000 })
})

test('time that turns out to have reached nobody is taken back, and no more than was live [OUT-09]', () => {
  const meter = new PublishMeter(0)
  meter.note({ isWanted: true, isLive: true }, 0)
  meter.revoke(4500, 60_000)
  meter.note({ isWanted: true, isLive: false }, 60_000)
  assert.deepEqual(meter.read(61_000), { wantedMs: 61_000, liveMs: 55_500 })
  meter.note({ isWanted: true, isLive: true }, 61_000)
  meter.revoke(4500, 62_000)
  assert.deepEqual(meter.read(62_000), { wantedMs: 62_000, liveMs: 55_500 })
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

test('how often it is read changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(states, fc.integer({ min: 0, max: 5000 })), { maxLength: 40 }), (run) => {
      const [often, seldom] = [new PublishMeter(0), new PublishMeter(0)]
      let nowMs = 0
      for (const [next, stepMs] of run) {
        often.read(nowMs + stepMs / 2)
        nowMs += stepMs
        for (const meter of [often, seldom]) meter.note(next, nowMs)
      }
      assert.deepEqual(often.read(nowMs), seldom.read(nowMs))
    }),
  )
})
