import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concatBytes, equalBytes, fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { randomFrom } from '@sluice/testkit/random'
import fc from 'fast-check'
import { MessageType } from '../constants.ts'
import { muxChunks, piecesOf, type TestMessage } from '../testing/chunk-muxer.ts'
import { writeMediaMessage } from '../wire.ts'
import { ChunkReader } from './reader.ts'
import { writeChunks } from './writer.ts'

type Got = { type: number; timestampMs: number; messageStreamId: number; body: string }

function makeReader(limits: { maxChunkStreams?: number; maxPartialBytes?: number; maxBodyBytes?: number } = {}): {
  reader: ChunkReader
  got: Got[]
} {
  const got: Got[] = []
  const reader = new ChunkReader({
    maxChunkStreams: limits.maxChunkStreams ?? 64,
    maxPartialBytes: () => limits.maxPartialBytes ?? 1 << 24,
    maxBodyBytes: () => limits.maxBodyBytes ?? 1 << 24,
    onMessage: (type, timestampMs, messageStreamId, body) => got.push({ type, timestampMs, messageStreamId, body: toHex(body) }),
  })
  return { reader, got }
}

/** Reads hex, byte by byte, with default chunk size; type, time, stream and body of each message. */
function read(hex: string): [number, number, number, string][] {
  const { reader, got } = makeReader()
  for (const byte of fromHex(hex)) reader.push(Uint8Array.of(byte))
  return got.map((m) => [m.type, m.timestampMs, m.messageStreamId, m.body])
}

describe('the chunk reader', () => {
  const cases: { name: string; hex: string; messages: [number, number, number, string][] }[] = [
    { name: 'reads a full header', hex: '03 000010 000002 14 01000000 aabb', messages: [[20, 16, 1, 'aabb']] },
    { name: 'reads a body of no bytes', hex: '03 000010 000000 08 01000000', messages: [[8, 16, 1, '']] },
    { name: 'reads a chunk stream id of two bytes', hex: '00 05 000010 000001 14 00000000 aa', messages: [[20, 16, 0, 'aa']] },
    { name: 'reads a chunk stream id of three bytes', hex: '01 0501 000010 000001 14 00000000 aa', messages: [[20, 16, 0, 'aa']] },
    {
      name: 'adds the deltas of fmt 1 and fmt 2',
      hex: '04 000010 000001 08 01000000 aa   44 000005 000002 09 bbcc   84 000007 ddee',
      messages: [
        [8, 16, 1, 'aa'],
        [9, 21, 1, 'bbcc'],
        [9, 28, 1, 'ddee'],
      ],
    },
    {
      name: 'repeats the delta at fmt 3',
      hex: '04 000010 000001 08 01000000 aa   84 000017 bb   c4 cc   c4 dd',
      messages: [
        [8, 16, 1, 'aa'],
        [8, 39, 1, 'bb'],
        [8, 62, 1, 'cc'],
        [8, 85, 1, 'dd'],
      ],
    },
    {
      name: 'takes a small first timestamp as the delta of a fmt 3 after fmt 0, as the spec has it and ffmpeg writes it',
      hex: '04 000017 000001 08 01000000 aa   c4 bb',
      messages: [
        [8, 23, 1, 'aa'],
        [8, 46, 1, 'bb'],
      ],
    },
    {
      name: 'takes fmt 3 after a large first timestamp as "same time", as librtmp writes it',
      hex: '04 100000 000001 08 01000000 aa   c4 bb',
      messages: [
        [8, 0x100000, 1, 'aa'],
        [8, 0x100000, 1, 'bb'],
      ],
    },
    { name: 'reads an extended timestamp', hex: '04 ffffff 000001 08 01000000 01000000 aa', messages: [[8, 0x1000000, 1, 'aa']] },
    {
      name: 'reads an extended timestamp of exactly the marker',
      hex: '04 ffffff 000001 08 01000000 00ffffff aa',
      messages: [[8, 0xffffff, 1, 'aa']],
    },
    {
      name: 'wraps the timestamp at 32 bits',
      hex: '04 ffffff 000001 08 01000000 fffffff0 aa   84 000020 bb',
      messages: [
        [8, 0xfffffff0, 1, 'aa'],
        [8, 16, 1, 'bb'],
      ],
    },
    {
      name: 'lets a chunk stream begin with fmt 1, as librtmp acknowledges',
      hex: '42 000000 000004 03 00001000',
      messages: [[3, 0, 0, '00001000']],
    },
    {
      name: 'drops a message that a new header cuts short',
      hex: `04 000010 000100 08 01000000 ${'11'.repeat(128)}   04 000020 000001 08 01000000 aa`,
      messages: [[8, 32, 1, 'aa']],
    },
  ]
  for (const c of cases) test(c.name, () => assert.deepEqual(read(c.hex), c.messages))

  const long = '22'.repeat(200)
  const [head, tail] = [long.slice(0, 256), long.slice(256)]
  test('passes over the extended timestamp that is repeated at a chunk boundary (ffmpeg, librtmp, OBS)', () => {
    assert.deepEqual(read(`04 ffffff 0000c8 08 01000000 01020304 ${head} c4 01020304 ${tail}`), [[8, 0x1020304, 1, long]])
  })
  test('does without the repeat (old Flash servers and encoders)', () => {
    assert.deepEqual(read(`04 ffffff 0000c8 08 01000000 01020304 ${head} c4 ${tail}`), [[8, 0x1020304, 1, long]])
  })
  test('does not wait for a repeat that the first byte rules out', () => {
    const last = `01020304${'22'.repeat(124)}aa`
    assert.deepEqual(read(`04 ffffff 000081 08 01000000 01020304 ${last.slice(0, 256)} c4 aa`), [[8, 0x1020304, 1, last]])
  })

  const refused = [
    { name: 'a chunk stream that begins with fmt 2', hex: '84 000010', code: 'RTMP_CHUNK_HEADER' },
    { name: 'a chunk stream that begins with fmt 3', hex: 'c4', code: 'RTMP_CHUNK_HEADER' },
    { name: 'a body above the limit', hex: '04 000010 000101 08 01000000', code: 'RTMP_MESSAGE_TOO_LARGE' },
    {
      name: 'one chunk stream too many',
      hex: '04 000010 000001 08 01000000 aa 05 000010 000001 08 01000000 aa 06 000010 000001 08 01000000',
      code: 'RTMP_CHUNK_STREAMS',
    },
    {
      name: 'begun messages above the limit',
      hex: `04 000010 000100 08 01000000 ${'00'.repeat(128)} 05 000010 000100 08 01000000`,
      code: 'RTMP_PARTIAL_TOO_LARGE',
    },
  ]
  for (const c of refused) {
    test(`refuses ${c.name}`, () => {
      const { reader } = makeReader({ maxChunkStreams: 2, maxBodyBytes: 256, maxPartialBytes: 400 })
      assert.throws(
        () => reader.push(fromHex(c.hex)),
        (err) => err instanceof WireError && err.code === c.code,
      )
    })
  }

  test('keeps nothing of a message that is aborted', () => {
    const { reader, got } = makeReader()
    reader.push(fromHex(`04 000010 000100 08 01000000 ${'00'.repeat(128)}`))
    assert.equal(reader.partialBytes, 256)
    reader.abort(4)
    reader.abort(4)
    reader.abort(99)
    assert.equal(reader.partialBytes, 0)
    reader.push(fromHex(`c4${'33'.repeat(128)}`.repeat(2)))
    assert.deepEqual(
      got.map((m) => m.body),
      ['33'.repeat(256)],
    )
  })

  test('stops at a pause inside a read and goes on where it was', () => {
    const bodies: string[] = []
    const reader: ChunkReader = new ChunkReader({
      maxChunkStreams: 4,
      maxPartialBytes: () => 1000,
      maxBodyBytes: () => 1000,
      onMessage(_type, _timestampMs, _messageStreamId, body) {
        bodies.push(toHex(body))
        reader.pause()
      },
    })
    reader.push(fromHex('04 000010 000001 08 01000000 aa 84 000001 bb 84 0000'))
    assert.deepEqual(bodies, ['aa'])
    reader.push(fromHex('01 cc'))
    assert.deepEqual(bodies, ['aa'])
    reader.resume()
    reader.resume()
    assert.deepEqual(bodies, ['aa', 'bb', 'cc'])
  })

  test('does not hold on to the bytes it was given: the caller may use its buffer again', () => {
    const { reader, got } = makeReader()
    const wire = fromHex('04 000010 000003 08 01000000 aabbcc')
    const shared = Buffer.alloc(5)
    for (let at = 0; at < wire.length; at += shared.length) {
      const piece = wire.subarray(at, at + shared.length)
      shared.fill(0xee)
      shared.set(piece)
      reader.push(shared.subarray(0, piece.length))
    }
    assert.equal(got[0]?.body, 'aabbcc')
  })
})

const message: fc.Arbitrary<TestMessage> = fc.record({
  chunkStreamId: fc.constantFrom(2, 3, 4, 5, 6, 63, 64, 319, 320, 65_599),
  type: fc.constantFrom(8, 9, 18, 20),
  timestampMs: fc.oneof(fc.nat(5000), fc.integer({ min: 0xfffff0, max: 0x1000010 }), fc.integer({ min: 0, max: 0xffffffff })),
  messageStreamId: fc.constantFrom(0, 1, 0xffffffff),
  body: fc.uint8Array({ maxLength: 300 }),
})

test('any messages, chunked, mixed and cut in any way, are read as they were written', () => {
  const runs = Number(process.env['SLUICE_FUZZ'] ?? 400)
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 12 }),
      fc.nat(),
      fc.integer({ min: 1, max: 400 }),
      fc.boolean(),
      (generated, seed, chunkBytes, repeat) => {
        // A body that begins like the time that is left out can't be told from the time until more bytes come: keep them apart.
        const apart = ({ body, timestampMs, ...rest }: TestMessage): TestMessage => ({
          ...rest,
          timestampMs: timestampMs & 0x7fffffff,
          body: body.map((byte) => byte | 0x80),
        })
        const messages = repeat ? generated : generated.map(apart)
        const random = randomFrom(seed)
        const { wire, order } = muxChunks(messages, { random, chunkBytes, isExtendedRepeated: repeat })
        const { reader, got } = makeReader()
        reader.setChunkBytes(chunkBytes)
        for (const piece of piecesOf(wire, random, 64)) reader.push(piece)
        assert.deepEqual(
          got,
          order.map(({ type, timestampMs, messageStreamId, body }) => ({ type, timestampMs, messageStreamId, body: toHex(body) })),
        )
        assert.equal(reader.partialBytes, 0)
      },
    ),
    { numRuns: runs, seed: 11 },
  )
})

describe('the chunk writer', () => {
  test('writes a full header and a fmt 3 byte at each boundary', () => {
    assert.equal(
      toHex(writeChunks(4, MessageType.audio, 0x10, 1, [fromHex('aabbcc'), fromHex('dd')], 2)),
      '040000100000040801000000aabbc4ccdd',
    )
  })
  test('puts no boundary after the last byte, nor into an empty body', () => {
    assert.equal(toHex(writeChunks(4, MessageType.audio, 0, 1, [fromHex('aabb'), fromHex('')], 2)), '040000000000020801000000aabb')
    assert.equal(toHex(writeChunks(4, MessageType.audio, 0, 1, [], 2)), '040000000000000801000000')
  })
  test('repeats the extended timestamp at each boundary and wraps at 32 bits', () => {
    const wire = writeChunks(6, MessageType.video, 0x1_0000_0000 + 0xffffff, 1, [fromHex('aabbcc')], 2)
    assert.equal(toHex(wire), '06ffffff000003090100000000ffffffaabbc600ffffffcc')
  })

  test('any media message is read back by a reader that knows chunk size 60000', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('audio' as const, 'video' as const, 'data' as const),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 3 }),
        (kind, timestampMs, sizes) => {
          const parts = sizes.map((size, i) => new Uint8Array(size).fill(i + 1))
          const { reader, got } = makeReader()
          reader.setChunkBytes(60_000)
          reader.push(writeMediaMessage(kind, timestampMs, 1, parts))
          assert.equal(got.length, 1)
          assert.equal(got[0]?.timestampMs, timestampMs)
          assert.ok(equalBytes(fromHex(got[0]!.body), concatBytes(parts)))
        },
      ),
      { numRuns: 40, seed: 5 },
    )
  })
})
