import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '@sluice/base/errors'
import { RecordReader } from '@sluice/base/records'
import fc from 'fast-check'
import { type FromLadder, ladderType, maxLadderBytes, readFromLadder, readToLadder, type ToLadder, writeLadder } from './index.ts'

const down: ToLadder[] = [
  { type: 'spec', revision: 3, clockOriginMs: 12.5, zeroDts: 0, rungs: [] },
  { type: 'source', slot: 4, liveDts: 900_000 },
]
const up: FromLadder[] = [
  { type: 'hello', problem: null },
  { type: 'hello', problem: 'node-av is not installed' },
  { type: 'applied', revision: 3 },
  { type: 'beat', rssBytes: 1e8, cpuMs: 12, busy: 0.5, lateMs: 20, level: 0 },
  { type: 'rung', slot: 1, state: 'reduced', code: 'OVERLOAD', message: 'preset ultrafast' },
  { type: 'cost', slot: 1, cpuMs: 300, wallMs: 1000, skippedTotal: 0 },
  { type: 'undecoded', kind: 'video', message: 'no picture' },
]

test('every message that is written is read', () => {
  const read: unknown[] = []
  const reader = new RecordReader(maxLadderBytes)
  for (const message of [...down, ...up]) {
    reader.push(writeLadder(message), (record) => {
      assert.equal(record[0], ladderType)
      read.push(down.includes(message as ToLadder) ? readToLadder(record) : readFromLadder(record))
    })
  }
  assert.deepEqual(read, [...down, ...up])
})

test('what a child writes is read as it is meant or refused, whatever it is', () => {
  const record = (body: string): Uint8Array => new Uint8Array([ladderType, ...new TextEncoder().encode(body)])
  const refused = [
    '',
    '1',
    'null',
    '{',
    '{"type":"spec"}',
    '{"type":"toString"}',
    '{"type":"cost","slot":1.5,"cpuMs":1,"wallMs":1,"skippedTotal":0}',
  ]
  for (const body of refused) assert.throws(() => readFromLadder(record(body)), WireError, body)
  const fields = fc.dictionary(fc.constantFrom('slot', 'state', 'code', 'cpuMs', 'message', 'problem', 'revision'), fc.jsonValue())
  const bodies = fc.tuple(fc.constantFrom('hello', 'applied', 'beat', 'rung', 'cost', 'undecoded', 'other'), fields)
  fc.assert(
    fc.property(bodies, ([type, rest]) => {
      try {
        assert.equal(readFromLadder(record(JSON.stringify({ ...rest, type }))).type, type)
      } catch (error) {
        assert.ok(error instanceof WireError, String(error))
      }
    }),
  )
})
