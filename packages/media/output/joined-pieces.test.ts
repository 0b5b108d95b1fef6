import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinPieces, keepPieces } from './joined-pieces.ts'

const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values)

test('pieces are joined in order, and what is kept of them stays though others are joined', () => {
  const joined = joinPieces([bytesOf(1, 2), bytesOf(), bytesOf(3)], 3)
  assert.deepEqual([...joined], [1, 2, 3])
  const kept = keepPieces(joined)
  joinPieces([bytesOf(9, 9), bytesOf(9)], 3)
  assert.deepEqual([...kept], [1, 2, 3])
})

test('a single piece is itself, joined or kept', () => {
  const piece = bytesOf(1, 2)
  assert.equal(joinPieces([piece], 2), piece)
  assert.equal(keepPieces(piece), piece)
})

test('more than the shared buffer holds has one of its own', () => {
  const [a, b] = [Buffer.alloc(200_000, 1), Buffer.alloc(100_000, 2)]
  const joined = joinPieces([a, b], 300_000)
  joinPieces([b, a], 300_000)
  assert.deepEqual([joined.length, joined[199_999], joined[200_000], joined[299_999]], [300_000, 1, 2, 2])
  assert.equal(keepPieces(joined), joined)
})
