import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concatBytes, fromHex, readU32, writeU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { writeAmf0 } from '../amf0/index.ts'
import { writeChunks } from '../chunk/writer.ts'
import { ChunkStreamId, MessageType } from '../constants.ts'
import { CoreServer, commandWire, connectWire, messageWire, playWire, publishWire, simpleHandshake } from '../testing/core-server.ts'

const audio = (timestampMs: number): Uint8Array => messageWire(MessageType.audio, fromHex('af01aabb'), 1, timestampMs)

describe('a publisher', () => {
  test('is asked about, told yes in every way encoders wait for, and its media reaches the sink', () => {
    const server = new CoreServer()
    server.core.push(concatBytes([publishWire('key?a=b'), audio(23), audio(46)]), 0)
    assert.equal(server.core.state, 'publishing')
    const [request] = server.requests
    assert.deepEqual([request?.app, request?.name, request?.query, request?.connect.flashVersion], ['live', 'key', 'a=b', 'test'])
    assert.deepEqual(server.statusCodes, ['NetStream.Publish.Start'])
    assert.deepEqual(
      server.commands.map(({ name }) => name),
      ['_result', '_result', 'onFCPublish', 'onStatus'],
    )
    assert.deepEqual(
      server.media.map(({ timestampMs }) => timestampMs),
      [23, 46],
    )
    assert.ok(server.readEnds > 0)
  })

  test('that pipelines all in one read, byte by byte or at once, is understood alike', () => {
    const server = new CoreServer()
    for (const byte of concatBytes([publishWire(), audio(5)])) server.core.push(Uint8Array.of(byte), 0)
    assert.equal(server.media.length, 1)
  })

  test('waits for a late yes, and nothing it sent meanwhile is lost', () => {
    const server = new CoreServer()
    server.publishVerdict = 'late'
    server.core.push(concatBytes([publishWire(), audio(1)]), 0)
    server.core.push(audio(2), 0)
    assert.deepEqual([server.core.state, server.media.length], ['deciding', 0])
    server.core.answerPublish({ accept: true, sink: server.makeSink() })
    assert.equal(server.media.length, 2)
  })

  test('that is gone before a late yes has its sink closed', () => {
    const server = new CoreServer()
    server.publishVerdict = 'late'
    server.core.push(publishWire(), 0)
    server.core.close({ kind: 'fin', message: 'gone' })
    server.core.answerPublish({ accept: true, sink: server.makeSink() })
    assert.deepEqual(
      server.sinkEnds.map(({ kind }) => kind),
      ['fin'],
    )
  })

  for (const [code, status] of [
    ['bad-key', 'NetStream.Publish.Denied'],
    ['in-use', 'NetStream.Publish.BadName'],
    ['refused', 'NetStream.Publish.Denied'],
  ] as const) {
    test(`that is refused as ${code} is told ${status} and ended`, () => {
      const server = new CoreServer()
      server.publishVerdict = { accept: false, code, description: 'No.' }
      server.core.push(publishWire(), 0)
      assert.deepEqual(server.statusCodes, [status])
      assert.deepEqual(
        server.ends.map(({ kind }) => kind),
        ['local'],
      )
    })
  }

  for (const [name, wire] of [
    ['FCUnpublish', commandWire('FCUnpublish', 6, [null, 'key'])],
    ['deleteStream', commandWire('deleteStream', 6, [null, 1])],
    ['closeStream', commandWire('closeStream', 6, [null], 1)],
  ] as const) {
    test(`ends by ${name} and may publish again on the same connection`, () => {
      const server = new CoreServer()
      server.core.push(concatBytes([publishWire(), audio(1), wire, audio(2)]), 0)
      assert.deepEqual(
        server.sinkEnds.map(({ kind }) => kind),
        ['unpublish'],
      )
      assert.equal(server.media.length, 1)
      server.core.push(concatBytes([commandWire('publish', 7, [null, 'other', 'live'], 1), audio(3)]), 0)
      assert.deepEqual([server.requests[1]?.name, server.media.length, server.ends.length], ['other', 2, 0])
    })
  }

  test('that deletes another stream goes on', () => {
    const server = new CoreServer()
    server.core.push(concatBytes([publishWire(), commandWire('deleteStream', 6, [null, 2]), audio(1)]), 0)
    assert.deepEqual([server.core.state, server.media.length], ['publishing', 1])
  })

  test('that publishes twice on one connection is told no and goes on with the first', () => {
    const server = new CoreServer()
    server.core.push(concatBytes([publishWire(), commandWire('publish', 6, [null, 'more', 'live'], 2), audio(1)]), 0)
    assert.deepEqual(server.statusCodes.slice(1), ['NetStream.Publish.BadConnection'])
    assert.deepEqual([server.requests.length, server.media.length], [1, 1])
  })

  test('may send its commands and data in AMF3 envelopes, and media in aggregates', () => {
    const server = new CoreServer()
    const envelope = (values: Parameters<typeof writeAmf0>[0]): Uint8Array => concatBytes([Uint8Array.of(0), writeAmf0(values)])
    const aggregate = fromHex('08 000001 000000 00 000000 aa 0000000c  09 000001 000010 00 000000 bb 0000000c')
    server.core.push(
      concatBytes([
        simpleHandshake(),
        messageWire(MessageType.commandAmf3, envelope(['connect', 1, { app: 'live', objectEncoding: 3 }])),
        messageWire(MessageType.commandAmf3, envelope(['publish', 2, null, 'key']), 1),
        messageWire(MessageType.dataAmf3, envelope(['onMetaData', {}]), 1),
        messageWire(MessageType.aggregate, aggregate, 1, 1000),
      ]),
      0,
    )
    assert.deepEqual(
      server.media.map(({ kind, timestampMs }) => [kind, timestampMs]),
      [
        ['data', 0],
        ['audio', 1000],
        ['video', 1016],
      ],
    )
  })

  test('is acknowledged as often as it asks, at most once a read', () => {
    const server = new CoreServer()
    const window = new Uint8Array(4)
    writeU32(window, 0, 100)
    const wire = concatBytes([publishWire(), messageWire(MessageType.windowAckSize, window)])
    server.core.push(wire, 0)
    server.core.push(concatBytes(Array.from({ length: 50 }, (_, i) => audio(i))), 0)
    const acks = server.said.filter(({ type }) => type === MessageType.acknowledgement)
    assert.equal(acks.length, 2)
    assert.equal(readU32(acks[0]!.body, 0), wire.length)
  })

  test('has its pings answered', () => {
    const server = new CoreServer()
    server.core.push(concatBytes([publishWire(), messageWire(MessageType.userControl, fromHex('000600001234'))]), 0)
    assert.deepEqual(server.said.at(-1)?.body, fromHex('000700001234'))
  })

  test('whose connection breaks closes its sink exactly once, even when the sink closes the session', () => {
    const server = new CoreServer()
    const sink = server.makeSink()
    server.publishVerdict = {
      accept: true,
      sink: {
        ...sink,
        onClose(reason) {
          sink.onClose(reason)
          server.core.close({ kind: 'local', message: 'again' })
        },
      },
    }
    server.core.push(publishWire(), 0)
    server.core.close({ kind: 'reset', message: 'cut' })
    server.core.close({ kind: 'fin', message: 'late' })
    assert.deepEqual([server.sinkEnds.length, server.ends.length], [1, 1])
  })
})

describe('a player', () => {
  test('is told all that players wait for, with the chunk size of shared wire bytes', () => {
    const server = new CoreServer()
    server.core.push(playWire('key'), 0)
    assert.equal(server.core.state, 'playing')
    assert.deepEqual(server.statusCodes, ['NetStream.Play.Reset', 'NetStream.Play.Start'])
    const sizes = server.said.filter(({ type }) => type === MessageType.setChunkSize).map(({ body }) => readU32(body, 0))
    assert.deepEqual(sizes, [4096, 60_000])
  })
  test('is told when there is nothing to play', () => {
    const server = new CoreServer()
    server.playVerdict = { accept: false, code: 'not-found', description: 'No.' }
    server.core.push(playWire(), 0)
    assert.deepEqual(server.statusCodes, ['NetStream.Play.StreamNotFound'])
  })
  test('may pause and seek, which changes nothing', () => {
    const server = new CoreServer()
    const asks = ['pause', 'seek', 'getStreamLength', '_checkbw', 'receiveVideo', 'whatever']
    server.core.push(concatBytes([playWire(), ...asks.map((name, i) => commandWire(name, i + 10, [null, 0], 1))]), 0)
    assert.equal(server.core.state, 'playing')
    assert.deepEqual(server.statusCodes.slice(2), ['NetStream.Pause.Notify', 'NetStream.Seek.Notify'])
  })
  test('may name its stream by play2', () => {
    const server = new CoreServer()
    server.core.push(concatBytes([simpleHandshake(), connectWire(), commandWire('play2', 3, [null, { streamName: 'key' }], 1)]), 0)
    assert.equal(server.requests[0]?.name, 'key')
  })
  test('is pinged, and ended when it never says a thing', () => {
    const server = new CoreServer()
    server.core.push(playWire(), 0)
    assert.equal(server.core.dueMs, 20_000)
    server.core.tick(20_000)
    assert.deepEqual(server.said.at(-1)?.body, fromHex('000600004e20'))
    server.core.tick(40_000)
    server.core.push(messageWire(MessageType.userControl, fromHex('000700004e20')), 80_000)
    server.core.tick(90_000)
    assert.equal(server.ends.length, 0)
    server.core.tick(170_000)
    assert.equal(server.ends[0]?.kind, 'idle-timeout')
    assert.equal(server.playEnds.length, 1)
    assert.deepEqual(server.statusCodes.slice(-2), ['NetStream.Play.UnpublishNotify', 'NetStream.Play.Stop'])
  })
})

describe('time', () => {
  const half = simpleHandshake().subarray(0, 1000)
  const cases = [
    { name: 'no byte', wire: new Uint8Array(0), says: /a whole handshake did not come within 10 s/ },
    { name: 'half a handshake', wire: half, says: /a whole handshake/ },
    { name: 'a handshake alone', wire: simpleHandshake(), says: /a publish or play/ },
    { name: 'connect alone', wire: concatBytes([simpleHandshake(), connectWire()]), says: /a publish or play/ },
  ]
  for (const c of cases) {
    test(`ends a connection that sends ${c.name}, and slow drips do not help it`, () => {
      const server = new CoreServer({ nowMs: 500 })
      server.core.push(c.wire, 500)
      server.core.tick(10_499)
      server.core.push(Uint8Array.of(3), 10_499)
      assert.equal(server.ends.length, 0)
      server.core.tick(server.core.dueMs)
      assert.equal(server.ends[0]?.code, 'RTMP_IDLE')
      assert.match(server.ends[0]!.message, c.says)
    })
  }
  test('ends a publisher whose bytes trickle: one a second is no media', () => {
    const server = new CoreServer()
    server.core.push(publishWire(), 0)
    for (let second = 1; second < 30; second++) server.core.push(Uint8Array.of(second === 1 ? 0x04 : 0), second * 1000)
    server.core.tick(30_000)
    assert.equal(server.sinkEnds[0]?.kind, 'idle-timeout')
  })
  test('ends a publisher that falls silent, 30 s after its last media', () => {
    const server = new CoreServer()
    server.core.push(publishWire(), 0)
    server.core.push(concatBytes(Array.from({ length: 100 }, (_, i) => audio(i))), 25_000)
    server.core.tick(54_999)
    assert.equal(server.sinkEnds.length, 0)
    server.core.tick(55_000)
    assert.equal(server.sinkEnds[0]?.kind, 'idle-timeout')
    assert.deepEqual(server.statusCodes.at(-1), 'NetStream.Publish.Failed')
  })
  test('ends a connection that unpublished and stays', () => {
    const server = new CoreServer()
    server.core.push(concatBytes([publishWire(), commandWire('FCUnpublish', 6, [null, 'key'])]), 1000)
    assert.equal(server.core.dueMs, 11_000)
  })
})

describe('a hostile peer', () => {
  const code = (wanted: string) => (err: unknown) => err instanceof WireError && err.code === wanted
  test('may not begin a message of 16 MB: it ends a stranger, and a publisher loses that message and no memory is held', () => {
    const video = (bytes: number): Uint8Array => fromHex(`06 000000 ${bytes.toString(16).padStart(6, '0')} 09 01000000`)
    const server = new CoreServer()
    server.core.push(concatBytes([publishWire(), video(0xffffff)]), 0)
    assert.deepEqual(server.leftOut, [{ what: 'broken', name: 'video message above the limit' }])
    const stranger = new CoreServer()
    stranger.core.push(concatBytes([simpleHandshake(), connectWire()]), 0)
    assert.throws(() => stranger.core.push(video(100_000), 0), code('RTMP_MESSAGE_TOO_LARGE'))
  })
  test('may not begin many messages of the largest size at once', () => {
    const begin = (id: number): Uint8Array =>
      concatBytes([fromHex(`${id.toString(16).padStart(2, '0')} 000000 010000 14 00000000`), new Uint8Array(128)])
    const server = new CoreServer()
    server.core.push(simpleHandshake(), 0)
    assert.throws(() => server.core.push(concatBytes([begin(10), begin(11), begin(12)]), 0), code('RTMP_PARTIAL_TOO_LARGE'))
  })
  test('may not nest AMF without end', () => {
    const server = new CoreServer()
    server.core.push(simpleHandshake(), 0)
    const body = concatBytes([writeAmf0(['connect', 1]), fromHex('03 0001 61'.repeat(10_000))])
    assert.throws(() => server.core.push(messageWire(MessageType.commandAmf0, body), 0), code('RTMP_AMF_DEPTH'))
  })
  test('gets no answer to garbage after the handshake', () => {
    const server = new CoreServer()
    assert.throws(() => server.core.push(concatBytes([simpleHandshake(), new Uint8Array(500).fill(0xd7)]), 0), WireError)
    assert.deepEqual(server.said, [])
  })
  test('may not publish without connect, nor ask for streams without end', () => {
    const server = new CoreServer()
    server.core.push(concatBytes([simpleHandshake(), commandWire('publish', 2, [null, 'key'], 1)]), 0)
    assert.deepEqual([server.core.state, server.requests.length], ['connecting', 0])
    const asks = Array.from({ length: 40 }, (_, i) => commandWire('createStream', i + 2, [null]))
    server.core.push(concatBytes([connectWire(), ...asks]), 0)
    const answers = server.commands.map(({ name }) => name)
    assert.deepEqual([answers.filter((name) => name === '_result').length, answers.filter((name) => name === '_error').length], [17, 24])
  })
  test('that may publish loses a large command, and goes on', () => {
    const server = new CoreServer()
    server.core.push(publishWire(), 0)
    const wire = writeChunks(ChunkStreamId.command, MessageType.commandAmf0, 0, 0, [new Uint8Array(70_000)], 128)
    server.core.push(concatBytes([wire, audio(7)]), 0)
    assert.deepEqual([server.leftOut.length, server.media.length, server.core.state], [1, 1, 'publishing'])
  })
})
