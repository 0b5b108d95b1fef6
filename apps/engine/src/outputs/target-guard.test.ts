import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardedLookup, isPrivateAddress, refuseLiteral } from './target-guard.ts'

const addresses = [
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['169.254.169.254', true],
  ['100.64.0.1', true],
  ['8.8.8.8', false],
  ['::1', true],
  ['fd00::1', true],
  ['fe80::1', true],
  ['::ffff:192.168.1.1', true],
  ['2606:4700::1111', false],
] as const
for (const [address, isPrivate] of addresses) {
  test(`${address} is ${isPrivate ? 'private' : 'public'}`, () => assert.equal(isPrivateAddress(address), isPrivate))
}

test('a literal private target is refused unless it is allowed, and the reason names the setting', () => {
  assert.match(refuseLiteral('[::1]', false)?.message ?? '', /SLUICE_ALLOW_PRIVATE_TARGETS/)
  assert.equal(refuseLiteral('127.0.0.1', true), null)
  assert.equal(refuseLiteral('live.example.com', false), null)
})

test('a name that leads to loopback is refused at lookup', async () => {
  const error = await new Promise<Error | null>((resolve) => guardedLookup('localhost', { all: true }, (err) => resolve(err)))
  assert.match(error?.message ?? '', /localhost is a loopback or private address/)
})
