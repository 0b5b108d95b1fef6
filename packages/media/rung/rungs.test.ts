import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { ProgrammeBus } from '../bus/index.ts'
import { Rung } from './rung.ts'
import { Rungs } from './rungs.ts'

const makeRung = (name: string): Rung => new Rung(name, new ProgrammeBus(), new FakeClock())

test('a rung is found by its name, and an unknown name finds none', () => {
  const [source, low] = [makeRung('source'), makeRung('720p')]
  const rungs = new Rungs([source, low])
  assert.equal(rungs.get('720p'), low)
  assert.equal(rungs.get('1080p'), undefined)
  assert.equal(rungs.source, source)
  assert.deepEqual(rungs.names, ['source', '720p'])
})

test('a channel without its source rung is refused', () => {
  assert.throws(() => new Rungs([makeRung('720p')]), /a channel has a rung 'source'/)
})

test('an encoded rung comes and goes, the source stays', () => {
  const rungs = new Rungs([makeRung('source')])
  const low = makeRung('low')
  rungs.add(low)
  assert.equal(rungs.get('low'), low)
  assert.throws(() => rungs.add(makeRung('low')), /already/)
  rungs.remove('low')
  assert.deepEqual(rungs.names, ['source'])
  assert.throws(() => rungs.remove('source'), /stays/)
})
