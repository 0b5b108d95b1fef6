import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { planLoop } from './plan-loop.ts'

const thirty = { num: 30, den: 1 }

test('at 30 fps and 48 kHz a loop is cut to a multiple of 16 pictures, where both tracks end together', () => {
  assert.deepEqual(planLoop(4000, thirty, 48_000, 1024), { pictures: 112, packets: 175, slipMs: 0 })
  assert.deepEqual(planLoop(8000, thirty, 48_000, 1024), { pictures: 240, packets: 375, slipMs: 0 })
})

test('without audio nothing is cut', () => {
  assert.deepEqual(planLoop(4000, thirty, 48_000, 0), { pictures: 120, packets: 0, slipMs: 0 })
})

test('a loop of one picture is still a loop', () => {
  const plan = planLoop(10, thirty, 48_000, 1024)
  assert.deepEqual([plan.pictures, plan.packets], [1, 2])
})

test('at any rate of pictures and samples the tracks end within a packet of each other, and within 4 ms from three seconds on', () => {
  const rates = fc.constantFrom({ num: 24_000, den: 1001 }, { num: 25, den: 1 }, { num: 30_000, den: 1001 }, thirty, { num: 60, den: 1 })
  fc.assert(
    fc.property(
      rates,
      fc.constantFrom(44_100, 48_000),
      fc.constantFrom(1024, 960),
      fc.integer({ min: 100, max: 600_000 }),
      (fps, rate, samples, maxMs) => {
        const { pictures, packets, slipMs } = planLoop(maxMs, fps, rate, samples)
        const pictureMs = (pictures * 1000 * fps.den) / fps.num
        assert.ok(pictureMs <= Math.max(maxMs, (1000 * fps.den) / fps.num) + 0.01)
        assert.ok(Math.abs((packets * samples * 1000) / rate - pictureMs - slipMs) < 1e-5)
        assert.ok(Math.abs(slipMs) <= (maxMs >= 3000 ? 4 : (samples * 1000) / rate))
      },
    ),
  )
})
