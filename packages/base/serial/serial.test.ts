import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seq31Add, seq31Diff, Unwrapper } from './index.ts'

test('31-bit distance takes the short way over the wrap', () => {
  assert.equal(seq31Diff(0x7fffffff, 0), 1)
  assert.equal(seq31Diff(0, 0x7fffffff), -1)
  assert.equal(seq31Diff(5, 9), 4)
  assert.equal(seq31Add(0x7fffffff, 2), 1)
  assert.equal(seq31Add(0, -1), 0x7fffffff)
})

test('a 33-bit counter goes on rising over its wrap and steps back where the source did', () => {
  const u = new Unwrapper(33)
  const top = 2 ** 33
  assert.equal(u.unwrap(top - 10), top - 10)
  assert.equal(u.unwrap(5), top + 5)
  assert.equal(u.unwrap(top - 3), top - 3)
  assert.equal(u.unwrap(7), top + 7)
})

test('a 32-bit counter may step back below zero after its first value', () => {
  const u = new Unwrapper(32)
  assert.equal(u.unwrap(3), 3)
  assert.equal(u.unwrap(0xffffffff), -1)
  u.reset()
  assert.equal(u.unwrap(9), 9)
})
