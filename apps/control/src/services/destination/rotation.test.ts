import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutputActual } from '@sluice/contract/link'
import { makeOutputActual } from '@sluice/testkit/rows'
import { judgeRotation, rotationState } from './rotation.ts'

const since = new Date(1_000_000).toISOString()
const reason = { kind: 'auth', code: 'X', message: 'the key was refused', hint: '' } as const
const actual = (patch: Partial<OutputActual>): OutputActual =>
  makeOutputActual({ since, generation: 1, attempts: 1, liveSince: since, ...patch })
const handover = (state: 'opening' | 'failed') => ({ state, since, attempts: 1, nextRetryAt: null, reason })

const cases: [title: string, desired: string, actual: OutputActual | null, state: string][] = [
  ['stopped by the operator', 'stopped', actual({ placeNo: 1 }), 'idle'],
  ['not reported', 'running', null, 'idle'],
  ['without a source', 'running', actual({ state: 'idle', placeNo: null }), 'idle'],
  ['live at the new place', 'running', actual({ placeNo: 2 }), 'applied'],
  ['live at a newer place', 'running', actual({ placeNo: 3 }), 'applied'],
  ['live at the old place', 'running', actual({ placeNo: 1 }), 'pending'],
  ['on its way', 'running', actual({ placeNo: 1, handover: handover('opening') }), 'pending'],
  ['given up on its way', 'running', actual({ placeNo: 1, handover: handover('failed') }), 'failed'],
  ['failed', 'running', actual({ state: 'failed', placeNo: null, reason }), 'failed'],
  ['switched off', 'running', actual({ state: 'disabled', placeNo: null, reason }), 'failed'],
  ['in backoff', 'running', actual({ state: 'backoff', placeNo: null, reason }), 'pending'],
  ['stalled at the new place', 'running', actual({ state: 'stalled', placeNo: 2 }), 'pending'],
  ['of an older engine, live since after', 'running', actual({ liveSince: new Date(3_000_000).toISOString() }), 'applied'],
  ['of an older engine, live since before', 'running', actual({}), 'pending'],
]
for (const [title, desired, word, state] of cases) {
  test(`after a rotation an output that is ${title} is ${state} [OUT-13]`, () => {
    const [step] = judgeRotation([{ id: 'o', name: 'O', desired, actual: word }], 2, 2_000_000)
    assert.equal(step?.state, state)
    if (state === 'failed') assert.equal(step?.reason, 'the key was refused')
  })
}

test('a rotation is as far as its outputs together; without a session what was known stays [OUT-13]', () => {
  const of = (...states: ('pending' | 'applied' | 'failed' | 'idle')[]) =>
    rotationState(
      states.map((state) => ({ state })),
      'partial',
    )
  assert.equal(of('applied', 'pending', 'failed'), 'pending')
  assert.equal(of('applied', 'idle', 'failed'), 'partial')
  assert.equal(of('failed', 'idle'), 'failed')
  assert.equal(of('applied', 'idle'), 'applied')
  assert.equal(of('idle'), 'partial')
  assert.equal(of(), 'partial')
})
