import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type DumpRecord, formatDumpRecord } from '../dump.ts'
import { CoreServer } from '../testing/core-server.ts'
import { parseDump } from '../testing/parse-dump.ts'

const readTrace = (name: string): DumpRecord[] => parseDump(readFileSync(new URL(`../fixtures/${name}.jsonl`, import.meta.url), 'utf8'))

/** What each recorded client is heard to say. See fixtures/README.md. */
const publishers = [
  { name: 'ffmpeg-publish', encoder: 'FMLE/3.0 (compatible; Lavf59.27.100)', counts: [1, 24, 12], lastMs: 946 },
  { name: 'ffmpeg-publish-late', encoder: 'FMLE/3.0 (compatible; Lavf59.27.100)', counts: [1, 24, 12], lastMs: 16_777_946 },
  { name: 'librtmp-publish', encoder: '', counts: [3, 24, 12], lastMs: 1021 },
  { name: 'rtmp2sink-publish', encoder: 'LNX 10,0,32,18', counts: [3, 24, 12], lastMs: 1021 },
]
const players = [
  { name: 'ffmpeg-play', encoder: 'LNX 9,0,124,2' },
  { name: 'librtmp-play', encoder: 'LNX 10,0,32,18' },
  { name: 'rtmp2src-play', encoder: 'LNX 10,0,32,18' },
]

function replay(name: string): CoreServer {
  const server = new CoreServer()
  for (const { bytes, atMs } of readTrace(name)) server.core.push(bytes, atMs)
  const [request] = server.requests
  assert.deepEqual([request?.app, request?.name, request?.query], ['live', 'key', 'a=b'])
  return server
}

describe('a recorded session', () => {
  for (const { name, encoder, counts, lastMs } of publishers) {
    test(`of ${name} publishes, is heard to the last message, and unpublishes`, () => {
      const server = replay(name)
      assert.equal(server.requests[0]?.connect.flashVersion, encoder)
      assert.deepEqual(
        (['data', 'audio', 'video'] as const).map((kind) => server.media.filter((message) => message.kind === kind).length),
        counts,
      )
      assert.equal(server.media.at(-1)?.timestampMs, lastMs)
      assert.deepEqual(
        server.sinkEnds.map(({ kind }) => kind),
        ['unpublish'],
      )
    })
  }
  for (const { name, encoder } of players) {
    test(`of ${name} plays`, () => {
      const server = replay(name)
      assert.equal(server.requests[0]?.connect.flashVersion, encoder)
      assert.deepEqual(server.statusCodes.slice(0, 2), ['NetStream.Play.Reset', 'NetStream.Play.Start'])
    })
  }
})

test('a dump is read as it was written, and other text is refused', () => {
  const records: DumpRecord[] = [
    { direction: 'in', atMs: 1.5, bytes: Uint8Array.of(1, 2) },
    { direction: 'out', atMs: 2, bytes: new Uint8Array(0) },
  ]
  assert.deepEqual(parseDump(`${records.map(formatDumpRecord).join('\n')}\n`), records)
  for (const text of ['x', '{}', '{"at":1}', '{"at":1,"in":5}']) assert.throws(() => parseDump(text), SyntaxError)
})
