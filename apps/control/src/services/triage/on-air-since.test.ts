import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showStartMs } from './on-air-since.ts'

const run = (started_at_ms: number, ended_at_ms: number | null) => ({ channel_id: 'c', started_at_ms, ended_at_ms })

test('a show goes on over lost engines, and counts from its first second', () => {
  assert.equal(showStartMs([run(100_000, null)]), 100_000)
  assert.equal(showStartMs([run(100_000, null), run(50_000, 97_000), run(10_000, 48_000)]), 10_000)
})

test('a run that was lost long before is another show', () => {
  assert.equal(showStartMs([run(500_000, null), run(50_000, 97_000)]), 500_000)
})

test('nothing runs, nothing counts', () => {
  assert.equal(showStartMs([]), null)
  assert.equal(showStartMs([run(50_000, 97_000)]), null)
})
