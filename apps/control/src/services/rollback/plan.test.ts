import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InputRole } from '@sluice/contract/link'
import { planLock, planOutputs } from './plan.ts'

const output = (id: string, priority: number, createdAtMs: number, desired = 'running') => ({
  id,
  name: id,
  priority,
  desired,
  created_at_ms: createdAtMs,
})
const input = (role: InputRole, state: 'receiving' | 'waiting', onAir: boolean) => ({ role, state, onAir })

test('the highest priority stays, the oldest among equals; what is stopped already is left out [OPS-03] [OUT-16]', () => {
  const outputs = [
    output('late', 100, 2),
    output('low', 1, 0),
    output('old', 100, 1),
    output('top', 900, 9),
    output('off', 1000, 0, 'stopped'),
  ]
  const { kept, stopped } = planOutputs(outputs, 2)
  assert.deepEqual(
    [kept.map(({ id }) => id), stopped.map(({ id }) => id)],
    [
      ['top', 'old'],
      ['late', 'low'],
    ],
  )
  assert.deepEqual(planOutputs(outputs, 10).stopped, [])
})

test('the source is locked to the best backup that sends, else to what is on the air, and never to silence [OPS-04]', () => {
  assert.equal(planLock([input('primary', 'receiving', true), input('backup', 'receiving', false)], 'auto'), 'backup')
  assert.equal(planLock([input('primary', 'receiving', true), input('backup', 'waiting', false)], 'auto'), 'primary')
  const third = [input('backup3', 'receiving', false), input('backup2', 'receiving', true), input('backup', 'waiting', false)]
  assert.equal(planLock(third, 'auto'), 'backup2')
  assert.equal(planLock([input('primary', 'waiting', false), input('backup', 'waiting', false)], 'auto'), 'auto')
})
