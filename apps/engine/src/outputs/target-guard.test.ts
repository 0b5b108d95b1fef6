import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardedLookup, refuseLiteral } from './target-guard.ts'

test('a literal private target is refused unless it is allowed, and the reason names the setting', () => {
  assert.match(refuseLiteral('[::1]', false)?.message ?? '', /SLUICE_ALLOW_PRIVATE_TARGETS/)
  assert.equal(refuseLiteral('127.0.0.1', true), null)
  assert.equal(refuseLiteral('live.example.com', false), null)
})

test('a name that leads to loopback is refused at lookup', async () => {
  const error = await new Promise<Error | null>((resolve) => guardedLookup('localhost', { all: true }, (err) => resolve(err)))
  assert.match(error?.message ?? '', /localhost is a loopback or private address/)
})
