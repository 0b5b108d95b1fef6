import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChannelStats, historyStepMs, historyWindowMs } from '@sluice/contract/api'
import { makeChannelStats, makeInputStats, makeOutputStats } from '@sluice/testkit/rows'
import { ChannelHistory } from './channel-history.ts'

const startMs = 1_800_000_000_000
const second = (s: number, inBps: number | null, outBps: number | null): ChannelStats =>
  makeChannelStats({
    at: new Date(startMs + s * 1000).toISOString(),
    inputs: inBps === null ? [] : [makeInputStats({ inputId: 'in', bitrateBps: inBps })],
    outputs: outBps === null ? [] : [makeOutputStats({ outputId: 'out', bitrateBps: outBps })],
  })

test('a sample is the mean of five seconds, and only whole ones are shown', () => {
  const history = new ChannelHistory()
  for (let s = 0; s < 9; s++) history.note(second(s, s < 5 ? 1000 * (s + 1) : 9999, 500))
  const { at, inputs, outputs } = history.read('c')
  assert.deepEqual(at, [new Date(startMs + historyStepMs).toISOString()])
  assert.deepEqual(inputs, [{ id: 'in', bitrateBps: [3000] }])
  assert.deepEqual(outputs, [{ id: 'out', bitrateBps: [500] }])
})

test('what did not report is null, and what began later has no past', () => {
  const history = new ChannelHistory()
  for (let s = 0; s < 5; s++) history.note(second(s, 1000, null))
  for (let s = 5; s < 10; s++) history.note(second(s, null, 700))
  history.note(second(10, null, null))
  const { inputs, outputs } = history.read('c')
  assert.deepEqual(inputs[0]!.bitrateBps, [1000, null])
  assert.deepEqual(outputs[0]!.bitrateBps, [null, 700])
})

test('after 15 minutes the oldest goes, and what is silent for so long is forgotten', () => {
  const history = new ChannelHistory()
  const windowS = historyWindowMs / 1000
  for (let s = 0; s < 20; s++) history.note(second(s, 1000, 500))
  for (let s = 20; s < 20 + 2 * windowS; s += 5) history.note(second(s, 2000, null))
  const { at, inputs, outputs } = history.read('c')
  assert.equal(at.length, windowS / 5 - 1)
  assert.ok(inputs[0]!.bitrateBps.every((bps) => bps === 2000))
  assert.deepEqual(outputs, [])
})

test('a silence of hours leaves nothing of before it', () => {
  const history = new ChannelHistory()
  for (let s = 0; s < 20; s++) history.note(second(s, 1000, 500))
  for (let s = 0; s < 6; s++) history.note(second(7200 + s, 3000, null))
  const { at, inputs } = history.read('c')
  assert.equal(at.length, 1)
  assert.deepEqual(inputs, [{ id: 'in', bitrateBps: [3000] }])
})
