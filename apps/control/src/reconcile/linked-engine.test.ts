import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinkedEngine } from './linked-engine.ts'

/** An engine that is told of two channels. */
function makeEngine() {
  let mark = 0
  const engine = new LinkedEngine({ send() {}, mark: () => ++mark })
  engine.tellDirectory({ engines: [], channels: [] })
  engine.told.set('show', 1).set('other', 1)
  engine.mark()
  return engine
}

test('a change is known once its mark has come back', () => {
  const engine = makeEngine()
  assert.equal(engine.knows('show', 1), false)
  engine.marked(1)
  assert.equal(engine.knows('show', 1), true)
})

test('a channel that the engine could not follow is not taken for applied, and the others are', () => {
  const engine = makeEngine()
  engine.marked(1, ['show'])
  assert.deepEqual([engine.knows('show', 1), engine.knows('other', 1)], [false, true])
  engine.told.set('show', 2)
  engine.mark()
  engine.marked(2)
  assert.deepEqual([engine.knows('show', 2), engine.knows('other', 1)], [true, true])
})
