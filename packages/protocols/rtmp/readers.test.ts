import { concatBytes, fromHex } from '@sluice/base/bytes'
import { type ReaderCase, readerContract } from '@sluice/testkit/readers'
import { readAmf0, readMetadata, writeAmf0, writeMetadata } from './amf0/index.ts'
import { ChunkReader } from './chunk/reader.ts'
import { readConnect, readConnectResult } from './command/connect.ts'
import { readEnhanced } from './command/enhanced.ts'
import { readStatus } from './command/status.ts'
import { readAbort } from './message/abort.ts'
import { readAcknowledgement } from './message/acknowledgement.ts'
import { readAggregate } from './message/aggregate.ts'
import { readCommand, writeCommand } from './message/command.ts'
import { readSetChunkSize } from './message/set-chunk-size.ts'
import { readSetPeerBandwidth } from './message/set-peer-bandwidth.ts'
import { readUserControl } from './message/user-control.ts'
import { readWindowAckSize } from './message/window-ack-size.ts'
import { writeMediaMessage } from './wire.ts'

const connect = writeCommand('connect', 1, [{ app: 'live', tcUrl: 'rtmp://h/live', fourCcList: ['av01', 'hvc1'], capsEx: 3 }])
const deep = concatBytes([...Array.from({ length: 2000 }, () => fromHex('030001 61'.replace(' ', ''))), fromHex('05')])
const wide = concatBytes(Array.from({ length: 100_000 }, () => fromHex('05')))
const chunked = concatBytes([
  writeMediaMessage('video', 0, 1, [new Uint8Array(300)]),
  writeMediaMessage('audio', 20, 1, [new Uint8Array(30)]),
])
/** Messages of no bytes, one for each byte that is sent. */
const emptyMessages = concatBytes([fromHex('04 000000 000000 08 01000000'.replaceAll(' ', '')), new Uint8Array(128 * 1024).fill(0xc4)])
/** Bodies of 16 MB that are begun and given up, eleven bytes each. */
const begun = concatBytes(Array.from({ length: 10_000 }, () => fromHex('04 000000 0fffff 09 01000000'.replaceAll(' ', ''))))

function readChunks(b: Uint8Array): unknown[] {
  const all: unknown[] = []
  const reader = new ChunkReader({
    maxChunkStreams: 64,
    maxPartialBytes: () => 32 * 1024 * 1024,
    maxBodyBytes: () => 16 * 1024 * 1024,
    onMessage: (type, timestampMs, messageStreamId, body) => all.push({ type, timestampMs, messageStreamId, body }),
  })
  reader.push(b)
  return all
}
function readParts(body: Uint8Array): unknown[] {
  const all: unknown[] = []
  readAggregate(body, 5, (type, timestampMs, part) => all.push({ type, timestampMs, part }))
  return all
}
const argsOf = (b: Uint8Array) => readCommand(b).args
const hostile = [deep, wide]

const cases: ReaderCase[] = [
  { name: 'ChunkReader', seeds: [chunked], hostile: [emptyMessages, begun], growth: 40, read: readChunks },
  // NaN and infinity are values of AMF; who uses one has to look at it.
  { name: 'readAmf0', seeds: [connect, writeAmf0(['a', 1, null, { b: [1] }])], hostile, growth: 16, read: (b) => readAmf0(b).length },
  { name: 'readMetadata', seeds: [writeMetadata({ width: 64 })], hostile, read: (b) => void readMetadata(b) },
  { name: 'readCommand', seeds: [connect], hostile, read: (b) => readCommand(b).name },
  { name: 'readConnect', seeds: [connect], hostile, read: (b) => readConnect(argsOf(b)) },
  { name: 'readConnectResult', seeds: [connect], hostile, read: (b) => readConnectResult(argsOf(b)) },
  {
    name: 'readStatus',
    seeds: [writeCommand('onStatus', 0, [null, { level: 'error', code: 'A.B', description: 'c' }])],
    hostile,
    read: (b) => readStatus(argsOf(b))?.code,
  },
  {
    name: 'readEnhanced',
    seeds: [connect],
    hostile,
    read: (b) => {
      const [object] = argsOf(b)
      return typeof object === 'object' && object !== null && !Array.isArray(object)
        ? readEnhanced(object as Parameters<typeof readEnhanced>[0])
        : null
    },
  },
  { name: 'readAggregate', seeds: [fromHex('0800000100000000000000aa0000000c')], growth: 20, read: readParts },
  { name: 'readAbort', seeds: [fromHex('00000004')], read: readAbort },
  { name: 'readAcknowledgement', seeds: [fromHex('00000004')], read: readAcknowledgement },
  { name: 'readSetChunkSize', seeds: [fromHex('00001000')], read: readSetChunkSize },
  { name: 'readSetPeerBandwidth', seeds: [fromHex('0000100002')], read: readSetPeerBandwidth },
  { name: 'readUserControl', seeds: [fromHex('000300000001000003e8')], read: readUserControl },
  { name: 'readWindowAckSize', seeds: [fromHex('00001000')], read: readWindowAckSize },
]
readerContract(cases)
