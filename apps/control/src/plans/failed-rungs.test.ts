import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailedRungs } from './failed-rungs.ts'

test('a rung that failed is avoided until it has run for a minute in one piece [TRN-08]', () => {
  const failed = new FailedRungs()
  const at = (nowMs: number, state: 'failed' | 'starting' | 'running' | 'reduced' | 'waiting'): boolean =>
    failed.note(
      [
        { rungId: 'r', state },
        { rungId: 'well', state: 'running' },
      ],
      nowMs,
    )
  assert.equal(at(0, 'running'), false)
  assert.equal(at(1000, 'failed'), true)
  assert.deepEqual([...failed.ids], ['r'])
  assert.equal(at(2000, 'starting'), false)
  assert.equal(at(3000, 'running'), false)
  assert.equal(at(62_000, 'running'), false)
  // It dies once more, a second before its minute is over.
  assert.equal(at(62_500, 'starting'), false)
  assert.equal(at(70_000, 'running'), false)
  assert.equal(at(129_000, 'reduced'), false)
  assert.equal(at(130_000, 'running'), true)
  assert.equal(failed.ids.size, 0)
})

test('a rung that is not encoded any more is none that failed', () => {
  const failed = new FailedRungs()
  failed.note([{ rungId: 'r', state: 'failed' }], 0)
  assert.equal(failed.note([], 1000), true)
  assert.equal(failed.ids.size, 0)
})
