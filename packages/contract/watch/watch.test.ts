import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { RecordReader } from '@sluice/base/records'
import { bytesFrom, mutationsOf, randomFrom } from '@sluice/testkit/random'
import { type FromWatch, maxAnswerBytes, readFromWatch, thumbnailLimits, writeFromWatch } from './index.ts'

const rounds = Number(process.env['SLUICE_FUZZ'] ?? 20_000)
const fromWatch: FromWatch[] = [
  { type: 'hello', problem: null },
  { type: 'hello', problem: 'no codecs here: größer' },
  { type: 'picture', slot: 3, atMs: 0.25, mean: 0.5, high: 1, change: null, changePeak: null },
  { type: 'picture', slot: 3, atMs: -4, mean: 0, high: 0.25, change: 0.125, changePeak: 0 },
  { type: 'sound', slot: 1, atMs: 9e9, rmsDb: -120, peakDb: 0.5 },
  { type: 'undecoded', slot: 1, kind: 'audio', atMs: 1, reason: 'decode: Invalid data' },
  { type: 'thumbnail', slot: 9, atMs: 12.5, jpeg: Uint8Array.of(0xff, 0xd8, 0xff) },
  { type: 'beat', rssBytes: 123_456_789 },
]
/** Reads a stream that comes in pieces. */
function read<Message>(stream: Uint8Array, maxBytes: number, parse: (record: Uint8Array) => Message, cuts: () => number): Message[] {
  const reader = new RecordReader(maxBytes)
  const messages: Message[] = []
  for (let at = 0; at < stream.length; ) {
    const piece = stream.subarray(at, at + cuts())
    reader.push(piece, (record) => messages.push(parse(record)))
    at += piece.length
  }
  return messages
}

test('messages come through as they were, however the pipe cuts them', () => {
  const random = randomFrom(3)
  for (let round = 0; round < 200; round++) {
    const cuts = (): number => random.int(1, 40)
    assert.deepEqual(read(concatBytes(fromWatch.map(writeFromWatch)), maxAnswerBytes, readFromWatch, cuts), fromWatch)
  }
})

test('a long reason is cut, and so is a sentence in the hello', () => {
  const long = 'x'.repeat(9000)
  const [hello] = read(writeFromWatch({ type: 'hello', problem: long }), maxAnswerBytes, readFromWatch, () => 9999)
  assert.ok(hello?.type === 'hello' && hello.problem?.length === 1000)
})

test('a record of 0 bytes, and one that is longer than it may be, are refused before they are waited for', () => {
  const codeOf = (head: number[]): string => {
    try {
      new RecordReader(maxAnswerBytes).push(Uint8Array.from(head), () => {})
    } catch (error) {
      if (error instanceof WireError) return error.code
    }
    return 'none'
  }
  assert.equal(codeOf([0, 0, 0, 0]), 'RECORD_LENGTH')
  assert.equal(codeOf([0, 0, 0x10, 1]), 'RECORD_LENGTH')
  assert.equal(codeOf([0, 0, 0x10, 0]), 'none')
})

test('a thumbnail that is no JPEG, or too large, is refused: it would go to browsers', () => {
  const sent = (jpeg: Uint8Array): Uint8Array => writeFromWatch({ type: 'thumbnail', slot: 1, atMs: 0, jpeg }).subarray(4)
  const large = new Uint8Array(thumbnailLimits.bytes + 1)
  large.set([0xff, 0xd8])
  for (const jpeg of [large, new TextEncoder().encode('<svg onload="alert(1)"/>'), new Uint8Array(1)])
    assert.throws(() => readFromWatch(sent(jpeg)), { code: 'WATCH_THUMBNAIL' })
})

test('figures that can not be are refused: a child whose memory is broken does not move the source', () => {
  for (const mean of [Number.NaN, -0.5, 1.5, Number.POSITIVE_INFINITY]) {
    const record = writeFromWatch({ type: 'picture', slot: 1, atMs: 0, mean, high: 0, change: null, changePeak: null }).subarray(4)
    assert.throws(() => readFromWatch(record), { code: 'WATCH_FIGURE' })
  }
})

test('any bytes give a message or a WireError (seed 5)', () => {
  const ends = [{ goods: fromWatch.map(writeFromWatch), maxBytes: maxAnswerBytes, parse: readFromWatch }]
  for (const { goods, maxBytes, parse } of ends) {
    for (const stream of [...mutationsOf(5, rounds, goods), ...bytesFrom(5, rounds / 10)]) {
      for (const run of [() => new RecordReader(maxBytes).push(stream, (record) => void parse(record)), () => void parse(stream)]) {
        try {
          run()
        } catch (error) {
          assert.ok(error instanceof WireError, String(error))
        }
      }
    }
  }
})
