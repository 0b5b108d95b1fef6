import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InputRole, type OutputState, outputStates } from '@sluice/base/words'
import { randomFrom } from '@sluice/testkit/random'
import { planLock, planOutputs } from './plan.ts'

const output = (id: string, priority: number, createdAtMs: number, desired = 'running', state: OutputState = 'idle') => ({
  id,
  name: id,
  priority,
  desired,
  created_at_ms: createdAtMs,
  state,
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

test('a live output stays before one of a higher priority that is not, and a dead one never stays, whatever it is worth', () => {
  const outputs = [
    output('dead top', 1000, 0, 'running', 'disabled'),
    output('dead too', 900, 0, 'running', 'failed'),
    output('waits', 800, 0, 'running', 'backoff'),
    output('live low', 1, 9, 'running', 'live'),
  ]
  const { kept, stopped } = planOutputs(outputs, 2)
  assert.deepEqual(
    [kept.map(({ id }) => id), stopped.map(({ id }) => id)],
    [
      ['live low', 'waits'],
      ['dead top', 'dead too'],
    ],
  )
  assert.deepEqual(planOutputs(outputs.slice(0, 2), 2).kept, [])
})

test('no plan stops a live output while it keeps one that is not, and each running output is in one list (seed 5)', () => {
  const random = randomFrom(5)
  for (let i = 0; i < 2000; i++) {
    const outputs = Array.from({ length: random.int(0, 8) }, (_, at) =>
      output(
        `o${at}`,
        random.int(0, 3),
        random.int(0, 3),
        random.int(0, 4) === 0 ? 'stopped' : 'running',
        outputStates[random.int(0, outputStates.length - 1)],
      ),
    )
    const keep = random.int(1, 5)
    const { kept, stopped } = planOutputs(outputs, keep)
    const running = outputs.filter(({ desired }) => desired === 'running')
    assert.deepEqual([...kept, ...stopped].map(({ id }) => id).sort(), running.map(({ id }) => id).sort())
    assert.ok(kept.length <= keep)
    assert.ok(kept.every(({ state }) => state !== 'disabled' && state !== 'failed'))
    if (stopped.some(({ state }) => state === 'live')) assert.ok(kept.length === keep && kept.every(({ state }) => state === 'live'))
  }
})

test('the source is locked to the best backup that sends, else to what is on the air, and never to silence [OPS-04]', () => {
  assert.equal(planLock([input('primary', 'receiving', true), input('backup', 'receiving', false)], 'auto'), 'backup')
  assert.equal(planLock([input('primary', 'receiving', true), input('backup', 'waiting', false)], 'auto'), 'primary')
  const third = [input('backup3', 'receiving', false), input('backup2', 'receiving', true), input('backup', 'waiting', false)]
  assert.equal(planLock(third, 'auto'), 'backup2')
  assert.equal(planLock([input('primary', 'waiting', false), input('backup', 'waiting', false)], 'auto'), 'auto')
})
