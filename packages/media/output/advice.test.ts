import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureKinds } from '@sluice/base/errors'
import { adviceFor } from './advice.ts'

test('each kind of failure has advice of its own, one sentence that ends', () => {
  const all = failureKinds.map(adviceFor)
  assert.equal(new Set(all).size, failureKinds.length)
  for (const text of all) assert.match(text, /^[A-Z].{20,}\.$/)
})
