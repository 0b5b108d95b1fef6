import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from './new-id.ts'

test('ids of one millisecond sort in the order in which they were made, and look like UUIDv7', () => {
  const ids = Array.from({ length: 4000 }, () => newId(1_700_000_000_000))
  assert.deepEqual(ids.toSorted(), ids)
  assert.equal(new Set(ids).size, ids.length)
  assert.match(ids[0]!, /^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.ok(newId(1_700_000_000_001) > ids.at(-1)!)
})
