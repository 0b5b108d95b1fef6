import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { abilityFor, specFor } from './earlier-engine.ts'

const spec = makeChannelSpec({ channelId: 'c', key: 'p', backupKey: 'b', moreKeys: ['b2'] })
const locked = (lock: 'backup' | 'backup2') => ({ ...spec, source: { ...spec.source, lock } })

test('an engine with the ability gets the whole spec', () => {
  assert.equal(specFor(locked('backup2'), ['probe', 'inputs']).source.lock, 'backup2')
  assert.equal(specFor(spec, ['inputs']).inputs.length, 3)
})

test('one without it gets the first two inputs, and no lock on what it does not have', () => {
  assert.deepEqual(
    specFor(spec, []).inputs.map(({ role }) => role),
    ['primary', 'backup'],
  )
  assert.equal(specFor(locked('backup2'), ['source']).source.lock, 'auto')
  assert.equal(specFor(locked('backup'), ['source']).source.lock, 'backup')
})

test('a take of a further backup needs the ability, one of the first two does not', () => {
  assert.deepEqual([abilityFor({ do: 'take', role: 'backup' }), abilityFor({ do: 'take', role: 'backup2' })], ['source', 'inputs'])
  assert.equal(abilityFor({ do: 'rehearse', rehearsalId: 'r', cutMs: 1, limitMs: 1 }), 'source')
  assert.equal(abilityFor({ do: 'rehearse-shadow', rehearsalId: 'r', cutMs: 1, limitMs: 1, clipFile: 'f' }), 'shadow')
})
