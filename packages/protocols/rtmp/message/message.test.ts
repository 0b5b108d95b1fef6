import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { bytesFrom } from '@sluice/testkit/random'
import { readAbort, writeAbort } from './abort.ts'
import { readAcknowledgement, writeAcknowledgement } from './acknowledgement.ts'
import { readAggregate } from './aggregate.ts'
import { readCommand, writeCommand } from './command.ts'
import { readSetChunkSize, writeSetChunkSize } from './set-chunk-size.ts'
import { readSetPeerBandwidth, writeSetPeerBandwidth } from './set-peer-bandwidth.ts'
import { readUserControl, writeUserControl } from './user-control.ts'
import { readWindowAckSize, writeWindowAckSize } from './window-ack-size.ts'

const bothWays = [
  {
    name: 'Set Chunk Size',
    hex: '7fffffff',
    value: { type: 'setChunkSize', chunkBytes: 0x7fffffff },
    read: readSetChunkSize,
    write: writeSetChunkSize,
  },
  { name: 'Abort', hex: '00000006', value: { type: 'abort', chunkStreamId: 6 }, read: readAbort, write: writeAbort },
  {
    name: 'Acknowledgement',
    hex: 'fffffffe',
    value: { type: 'acknowledgement', receivedBytes: 0xfffffffe },
    read: readAcknowledgement,
    write: writeAcknowledgement,
  },
  {
    name: 'Window Acknowledgement Size',
    hex: '002625a0',
    value: { type: 'windowAckSize', windowBytes: 2_500_000 },
    read: readWindowAckSize,
    write: writeWindowAckSize,
  },
  {
    name: 'Set Peer Bandwidth',
    hex: '002625a002',
    value: { type: 'setPeerBandwidth', windowBytes: 2_500_000, limit: 2 },
    read: readSetPeerBandwidth,
    write: writeSetPeerBandwidth,
  },
  {
    name: 'Stream Begin',
    hex: '000000000001',
    value: { type: 'userControl', event: 0, value: 1, bufferMs: 0 },
    read: readUserControl,
    write: writeUserControl,
  },
  {
    name: 'Set Buffer Length',
    hex: '00030000000100000bb8',
    value: { type: 'userControl', event: 3, value: 1, bufferMs: 3000 },
    read: readUserControl,
    write: writeUserControl,
  },
  {
    name: 'Ping Request',
    hex: '000600001000',
    value: { type: 'userControl', event: 6, value: 4096, bufferMs: 0 },
    read: readUserControl,
    write: writeUserControl,
  },
] as const
for (const c of bothWays) {
  test(`${c.name} is read and written`, () => {
    assert.deepEqual(c.read(fromHex(c.hex)), c.value)
    const write = c.write as (value: unknown) => Uint8Array
    assert.equal(toHex(write(c.value)), c.hex)
  })
}

const refused = [
  { name: 'Set Chunk Size of zero', hex: '00000000', read: readSetChunkSize, code: 'RTMP_CHUNK_SIZE' },
  { name: 'Set Chunk Size with the high bit set', hex: '80000001', read: readSetChunkSize, code: 'RTMP_CHUNK_SIZE' },
  { name: 'Set Chunk Size of three bytes', hex: '000001', read: readSetChunkSize, code: 'RTMP_BODY_LENGTH' },
  { name: 'Abort of five bytes', hex: '0000000001', read: readAbort, code: 'RTMP_BODY_LENGTH' },
  { name: 'an empty Acknowledgement', hex: '', read: readAcknowledgement, code: 'RTMP_BODY_LENGTH' },
  { name: 'a ping without its time', hex: '0006', read: readUserControl, code: 'RTMP_BODY_LENGTH' },
  { name: 'a command that begins with a number', hex: '000000000000000000', read: readCommand, code: 'RTMP_COMMAND_NAME' },
  { name: 'a command of no bytes', hex: '', read: readCommand, code: 'RTMP_COMMAND_NAME' },
]
for (const c of refused) {
  test(`${c.name} is refused`, () => {
    assert.throws(
      () => c.read(fromHex(c.hex)),
      (err) => err instanceof WireError && err.code === c.code,
    )
  })
}

test('Set Peer Bandwidth without a limit type counts as dynamic', () => {
  assert.equal(readSetPeerBandwidth(fromHex('002625a0')).limit, 2)
})

test('a User Control event that nobody knows is kept', () => {
  assert.deepEqual(readUserControl(fromHex('0063')), { type: 'userControl', event: 0x63, value: 0, bufferMs: 0 })
})

describe('a command', () => {
  test('is read as it was written', () => {
    assert.deepEqual(readCommand(writeCommand('publish', 5, [null, 'key?a=b', 'live'])), {
      type: 'command',
      name: 'publish',
      transactionId: 5,
      args: [null, 'key?a=b', 'live'],
    })
  })
  test('may lack its transaction id', () => assert.equal(readCommand(fromHex('020001 61')).transactionId, 0))
  test('is read behind the byte of an AMF3 envelope', () => assert.equal(readCommand(fromHex('00 020001 61'), 1).name, 'a'))
})

describe('an aggregate', () => {
  const part = (type: string, bytes: string, time: string, body: string): string => `${type} ${bytes} ${time} 000000 ${body} 00000000`
  const read = (hex: string, timestampMs: number): [number, number, string][] => {
    const parts: [number, number, string][] = []
    readAggregate(fromHex(hex), timestampMs, (type, partMs, body) => parts.push([type, partMs, toHex(body)]))
    return parts
  }
  test('gives its parts times that count on from its own', () => {
    const hex = part('08', '000001', '00010000', 'aa') + part('09', '000002', '00011700', 'bbcc')
    assert.deepEqual(read(hex, 5000), [
      [8, 5000, 'aa'],
      [9, 5023, 'bbcc'],
    ])
  })
  test('wraps its parts times', () => {
    const hex = part('08', '000001', '00000000', 'aa') + part('08', '000001', '00001000', 'bb')
    assert.deepEqual(
      read(hex, 0xffffffff).map(([, timestampMs]) => timestampMs),
      [0xffffffff, 15],
    )
  })
  test('may end without a back pointer', () => assert.equal(read(part('08', '000001', '00000000', 'aa').slice(0, -9), 0).length, 1))
  for (const hex of ['08 000005 00000000 000000 aa', '08 0000']) {
    test(`is refused when a part leaves it: ${hex}`, () => assert.throws(() => read(hex, 0), WireError))
  }
})

test('any bytes give a message or a WireError (seed 9)', () => {
  const readers: ((body: Uint8Array) => unknown)[] = [
    readSetChunkSize,
    readAbort,
    readAcknowledgement,
    readWindowAckSize,
    readSetPeerBandwidth,
    readUserControl,
    readCommand,
    (body) => readAggregate(body, 0, () => {}),
  ]
  for (const body of bytesFrom(9, Number(process.env['SLUICE_FUZZ'] ?? 3000))) {
    for (const read of readers) {
      try {
        read(body)
      } catch (err) {
        assert.ok(err instanceof WireError, `${toHex(body)}: ${err}`)
      }
    }
  }
})
