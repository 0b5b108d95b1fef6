import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { defaultRtmpLimits } from '../limits.ts'
import { piecesOf } from '../testing/chunk-muxer.ts'
import { CoreServer, commandWire, playWire, publishWire, simpleHandshake } from '../testing/core-server.ts'
import { mutate } from '../testing/mutate.ts'
import { parseDump } from '../testing/parse-dump.ts'
import { writeMediaMessage } from '../wire.ts'
import { ClientCore } from './client-core.ts'

const runs = Number(process.env['SLUICE_FUZZ'] ?? 1500)
const handshakeEnd = 1 + 2 * 1536
const fixtures = new URL('../fixtures/', import.meta.url)

/** What real clients sent, with a simple handshake instead of theirs: signing one takes more time than all that is tested here. */
const recorded = readdirSync(fixtures)
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => concatBytes(parseDump(readFileSync(new URL(file, fixtures), 'utf8')).map(({ bytes }) => bytes)))
  .map((wire) => concatBytes([simpleHandshake(), wire.subarray(handshakeEnd)]))

/** Pushes `wire` in pieces; a WireError ends the session as an owner would, anything else fails the test. */
function survives(wire: Uint8Array, random: SeededRandom, what: string): CoreServer {
  const server = new CoreServer()
  if (random.next() < 0.2) server.publishVerdict = 'late'
  try {
    for (const piece of piecesOf(wire, random, 2000)) server.core.push(piece, 0)
    if (server.core.state === 'deciding') server.core.answerPublish({ accept: true, sink: server.makeSink() })
    server.core.tick(1e6)
  } catch (err) {
    assert.ok(err instanceof WireError, `${what}: ${err instanceof Error ? err.stack : err}`)
    server.core.close({ kind: 'wire-error', message: err.message })
  }
  assert.ok(server.ends.length <= 1 && server.sinkEnds.length <= server.requests.length, what)
  return server
}

test(`real sessions with faults, ${runs} of them, are read or end in a WireError`, () => {
  const random = randomFrom(21)
  const ends = { whole: 0, broken: 0 }
  for (let run = 0; run < runs; run++) {
    const wire = mutate(recorded[run % recorded.length]!, random, handshakeEnd)
    const server = survives(wire, random, `run ${run} of seed 21`)
    ends[server.ends[0]?.kind === 'wire-error' ? 'broken' : 'whole']++
  }
  // Faults that nothing notices, or that always end at once, would test nothing.
  assert.ok(ends.whole > runs / 20 && ends.broken > runs / 20, JSON.stringify(ends))
})

test(`random bytes after a handshake, a connect or a publish, ${runs} times, are read or end in a WireError`, () => {
  const random = randomFrom(22)
  const heads = [simpleHandshake(), publishWire(), playWire()]
  for (let run = 0; run < runs; run++) {
    const wire = concatBytes([heads[run % heads.length]!, random.bytes(random.int(1, 400))])
    survives(wire, random, `run ${run} of seed 22`)
  }
})

test(`a client that hears a server's answers with faults, ${runs} times, hears them or ends in a WireError`, () => {
  const random = randomFrom(23)
  const media = Array.from({ length: 8 }, (_, i) => writeMediaMessage(i % 2 ? 'audio' : 'video', i * 40, 1, [random.bytes(200)]))
  const connected = commandWire('_result', 1, [
    { fmsVer: 'x', fourCcList: ['hvc1'] },
    { level: 'status', code: 'NetConnection.Connect.Success' },
  ])
  const created = commandWire('_result', 4, [null, 1])
  const started = commandWire('onStatus', 0, [null, { level: 'status', code: 'NetStream.Play.Start', description: 'x' }], 1)
  const wire = concatBytes([simpleHandshake(), connected, created, started, ...media])
  let ready = 0
  for (let run = 0; run < runs; run++) {
    const client = new ClientCore({
      role: run % 2 ? 'play' : 'publish',
      app: 'live',
      tcUrl: '',
      streamName: 'key',
      enhanced: true,
      extras: {},
      ackWindowBytes: 1000,
      limits: defaultRtmpLimits,
      host: { send: () => {}, onReady: () => ready++, onMedia: () => {}, onAcknowledged: () => {}, onFailure: () => {} },
    })
    try {
      for (const piece of piecesOf(mutate(wire, random, handshakeEnd), random, 500)) client.push(piece, 0)
    } catch (err) {
      assert.ok(err instanceof WireError, `run ${run} of seed 23: ${err instanceof Error ? err.stack : err}`)
    }
  }
  assert.ok(ready > runs / 20)
})
