import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdleTrim } from './idle-trim.ts'

test('memory is collected once after the start and once after each show, and never beside one', () => {
  let collections = 0
  const trim = new IdleTrim(() => collections++)
  const look = (isIdle: boolean, times: number): number => {
    for (let i = 0; i < times; i++) trim.look(isIdle)
    return collections
  }
  assert.equal(look(true, 2), 0)
  assert.equal(look(true, 10), 1)
  assert.equal(look(false, 100), 1)
  assert.equal(look(true, 2), 1, 'the publisher may come back')
  assert.equal(look(false, 1), 1)
  assert.equal(look(true, 10), 2)
})
