import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProcessingMeter } from './processing-meter.ts'

test('quantiles are of the last ten seconds alone, and null without a sample in them [LAT-04]', () => {
  const meter = new ProcessingMeter()
  assert.equal(meter.read(0), null)
  for (let i = 0; i < 100; i++) meter.add(500, i)
  for (let i = 1; i <= 100; i++) meter.add(i, 20_000 + i)
  assert.deepEqual(meter.read(20_200), { p50Ms: 51, p95Ms: 96, p99Ms: 100, samples: 100 })
  assert.equal(meter.read(31_000), null)
})

test('of more samples than it keeps the newest count', () => {
  const meter = new ProcessingMeter()
  for (let i = 0; i < 10_000; i++) meter.add(i < 9000 ? 400 : 4, 1000)
  const reading = meter.read(1000)
  assert.deepEqual([reading?.samples, reading?.p50Ms], [2048, 400])
})
