import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { bytesFrom, mutationsOf, randomFrom } from '@sluice/testkit/random'
import {
  type FromWatch,
  maxAnswerBytes,
  maxFrameBytes,
  RecordReader,
  readFromWatch,
  readToWatch,
  type ToWatch,
  writeFrameHead,
  writeFromWatch,
  writeToWatch,
} from './index.ts'

const rounds = Number(process.env['SLUICE_FUZZ'] ?? 20_000)
const bytes = Uint8Array.of(1, 2, 3)
const toWatch: ToWatch[] = [
  { type: 'track', slot: 7, kind: 'video', codec: 'h265', config: Uint8Array.of(9, 8) },
  { type: 'track', slot: 0xffffffff, kind: 'audio', codec: 'flac', config: new Uint8Array(0) },
  { type: 'frame', slot: 7, kind: 'audio', atMs: 12_345.678, bytes },
  { type: 'forget', slot: 7 },
]
const fromWatch: FromWatch[] = [
  { type: 'hello', problem: null },
  { type: 'hello', problem: 'no codecs here: größer' },
  { type: 'picture', slot: 3, atMs: 0.25, mean: 0.5, high: 1, change: null, changePeak: null },
  { type: 'picture', slot: 3, atMs: -4, mean: 0, high: 0.25, change: 0.125, changePeak: 0 },
  { type: 'sound', slot: 1, atMs: 9e9, rmsDb: -120, peakDb: 0.5 },
  { type: 'undecoded', slot: 1, kind: 'audio', atMs: 1, reason: 'decode: Invalid data' },
  { type: 'beat', rssBytes: 123_456_789 },
]
const written = (message: ToWatch): Uint8Array =>
  message.type === 'frame'
    ? concatBytes([writeFrameHead(message.slot, message.kind, message.atMs, message.bytes.length), message.bytes])
    : writeToWatch(message)

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
    assert.deepEqual(read(concatBytes(toWatch.map(written)), maxFrameBytes, copied, cuts), toWatch)
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
  assert.equal(codeOf([0, 0, 0, 0]), 'WATCH_RECORD_LENGTH')
  assert.equal(codeOf([0, 0, 0x10, 1]), 'WATCH_RECORD_LENGTH')
  assert.equal(codeOf([0, 0, 0x10, 0]), 'none')
})

test('figures that can not be are refused: a child whose memory is broken does not move the source', () => {
  for (const mean of [Number.NaN, -0.5, 1.5, Number.POSITIVE_INFINITY]) {
    const record = writeFromWatch({ type: 'picture', slot: 1, atMs: 0, mean, high: 0, change: null, changePeak: null }).subarray(4)
    assert.throws(() => readFromWatch(record), { code: 'WATCH_FIGURE' })
  }
  assert.throws(() => readToWatch(writeFrameHead(1, 'video', Number.NaN, 0)), WireError)
})

test('any bytes give a message or a WireError, on both ends (seed 5)', () => {
  const ends = [
    { goods: toWatch.map(written), maxBytes: maxFrameBytes, parse: readToWatch },
    { goods: fromWatch.map(writeFromWatch), maxBytes: maxAnswerBytes, parse: readFromWatch },
  ]
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

const copied = (record: Uint8Array): ToWatch => {
  const message = readToWatch(record)
  if (message.type === 'frame') return { ...message, bytes: message.bytes.slice() }
  return message.type === 'track' ? { ...message, config: message.config.slice() } : message
}
