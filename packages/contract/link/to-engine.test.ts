import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeOutputSpec } from '@sluice/testkit/engine-link'
import { OutputSpec } from './to-engine.ts'

test('an output without a rung is fed from the source: the spec is of a control that knew no rungs', () => {
  const { rung, ...before } = makeOutputSpec({ outputId: 'a', url: 'rtmp://there/app' })
  assert.equal(OutputSpec.parse(before).rung, rung)
  assert.equal(OutputSpec.parse({ ...before, rung: '720p' }).rung, '720p')
})
