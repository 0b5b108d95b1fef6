import { expect, test } from 'vitest'
import { StallMeter } from './stall-meter.ts'

test('a time that stands still for more than 250 ms is a stall since it last moved, and over with its next move', () => {
  const meter = new StallMeter()
  expect(meter.look(0, 1, true)).toBe(null)
  expect(meter.look(100, 1.1, true)).toBe(null)
  expect(meter.look(350, 1.1, true)).toBe(null)
  expect(meter.look(400, 1.1, true)).toEqual({ what: 'stalled', sinceMs: 100 })
  expect(meter.look(900, 1.1, true)).toBe(null)
  expect(meter.look(1000, 1.2, true)).toEqual({ what: 'moving', sinceMs: 1000 })
})

test('a pause is no stall, and ends one', () => {
  const meter = new StallMeter()
  meter.look(0, 1, true)
  expect(meter.look(5000, 1, false)).toBe(null)
  expect(meter.look(5100, 1, true)).toBe(null)
  expect(meter.look(5400, 1, true)?.what).toBe('stalled')
  expect(meter.look(5500, 1, false)?.what).toBe('moving')
})
