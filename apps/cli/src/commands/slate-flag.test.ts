import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSlate } from './slate-flag.ts'

test('a slate is switched on and off, or told what it shows', () => {
  const clip = '01900000-0000-7000-8000-000000000001'
  assert.deepEqual(['on', 'off', 'name', 'last-picture', clip].map(readSlate), [true, false, 'name', 'last-picture', clip])
  assert.throws(() => readSlate('logo.png'), /--slate is 'logo.png', not on, off, name, last-picture or the id of a clip/)
})
