import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HardwareKind } from '@sluice/contract/link'
import type { Plan } from '@sluice/judge/plan'
import { HardwareHolds } from './hardware-holds.ts'

const minute = 60_000
/** Safe because ids and encoders are all of a rung that is read. */
const rungs = (encoders: Record<string, HardwareKind | null>): Plan['rungs'] =>
  Object.entries(encoders).map(([id, encoder]) => ({ id, spec: { video: encoder === null ? {} : { encoder } } })) as never

test('what failed in mid-show is held, who runs on it stays, and a channel that is not live gets no session', () => {
  const holds = new HardwareHolds()
  holds.place('a', rungs({ r1: 'nvenc', r2: 'nvenc', r3: null }))
  holds.place('b', rungs({ r4: 'nvenc', r5: 'qsv' }))
  assert.deepEqual(holds.noteLoss('a', 'r1', 0), { kind: 'nvenc', forMs: 5 * minute })
  assert.deepEqual(holds.heldFor('a', true), [{ kind: 'nvenc', keeps: ['r2'] }])
  assert.deepEqual(holds.heldFor('b', true), [{ kind: 'nvenc', keeps: ['r4'] }])
  assert.deepEqual(holds.heldFor('b', false), [{ kind: 'nvenc', keeps: [] }])
  assert.deepEqual(holds.heldFor('new', true), [{ kind: 'nvenc', keeps: [] }])
})

test('a loss is told once, and what was on no hardware has lost none', () => {
  const holds = new HardwareHolds()
  holds.place('a', rungs({ r1: 'nvenc', r2: 'nvenc', r3: null }))
  assert.notEqual(holds.noteLoss('a', 'r1', 0), null)
  assert.equal(holds.noteLoss('a', 'r1', 1000), null)
  assert.equal(holds.noteLoss('a', 'r3', 1000), null)
  assert.equal(holds.noteLoss('gone', 'r1', 1000), null)
  // Its sibling falls later: the hold that runs is not made longer.
  assert.deepEqual(holds.noteLoss('a', 'r2', minute), { kind: 'nvenc', forMs: 4 * minute })
})

test('a hold ends by itself, doubles when it fails again, up to an hour, and begins anew after half an hour without fault', () => {
  const holds = new HardwareHolds()
  const fail = (nowMs: number): number => {
    holds.place('a', rungs({ r1: 'vaapi' }))
    return holds.noteLoss('a', 'r1', nowMs)!.forMs / minute
  }
  assert.equal(fail(0), 5)
  assert.equal(holds.tick(5 * minute - 1), false)
  assert.equal(holds.tick(5 * minute), true)
  assert.equal(holds.tick(5 * minute), false)
  assert.deepEqual(holds.heldFor('a', true), [])
  let nowMs = 5 * minute
  const lengths: number[] = []
  for (let i = 0; i < 5; i++) {
    lengths.push(fail(nowMs))
    nowMs += lengths.at(-1)! * minute
    assert.equal(holds.tick(nowMs), true)
  }
  assert.deepEqual(lengths, [10, 20, 40, 60, 60])
  assert.equal(fail(nowMs + 30 * minute), 5)
})

test('a channel that is gone keeps nothing', () => {
  const holds = new HardwareHolds()
  holds.place('a', rungs({ r1: 'nvenc' }))
  holds.forget('a')
  assert.equal(holds.noteLoss('a', 'r1', 0), null)
})
