import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxDelayBytes } from '@sluice/contract/link'
import { maxHistoryBytes } from '@sluice/media/rung'

test('control refuses delays by the bound that the engine has', () => {
  assert.equal(maxDelayBytes, maxHistoryBytes)
})
