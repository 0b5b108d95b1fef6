import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLine } from '@sluice/testkit/engine-link'
import { LineMonitor, unknownLine } from './line-monitor.ts'

test('the line’s median is over five minutes and its loss over one, and another session begins anew [LAT-09] [LAT-10]', () => {
  const line = new LineMonitor('input')
  const second = (i: number, rttMs: number, lossShare: number) =>
    makeLine({ ageMs: i * 1000, rttMs, packetsTotal: i * 100, lostTotal: i * 100 * lossShare })
  assert.equal(line.figures.rttMedianMs, null)
  for (let i = 1; i <= 400; i++) line.note(second(i, i % 3 === 0 ? 500 : 60, 0.02))
  assert.deepEqual([line.figures.rttMedianMs, line.figures.lossShare?.toFixed(4)], [60, '0.0200'])
  line.note(second(1, 80, 0))
  assert.deepEqual(line.figures, { rttMedianMs: 80, lossShare: null, dropShare: null, latencyMs: null })
  line.note(null)
  assert.deepEqual(line.figures, unknownLine)
})

test('the latency is held against the round trip once that was measured for ten seconds [LAT-11]', () => {
  const line = new LineMonitor('output')
  for (let i = 1; i < 10; i++) line.note(makeLine({ ageMs: i * 1000, rttMs: 600, latencyMs: 500 }))
  assert.equal(line.figures.latencyMs, null)
  line.note(makeLine({ ageMs: 10_000, rttMs: 600, latencyMs: 500 }))
  assert.deepEqual([line.figures.rttMedianMs, line.figures.latencyMs], [600, 500])
})

test('packets that a sender gave up count in its unique ones, a receiver never saw them', () => {
  const [sender, receiver] = [new LineMonitor('output'), new LineMonitor('input')]
  for (const i of [1, 2]) {
    sender.note(makeLine({ ageMs: i * 1000, packetsTotal: i * 100, droppedTotal: i * 10 }))
    receiver.note(makeLine({ ageMs: i * 1000, packetsTotal: i * 90, droppedTotal: i * 10 }))
  }
  assert.deepEqual([sender.figures.dropShare, receiver.figures.dropShare], [0.1, 0.1])
})
