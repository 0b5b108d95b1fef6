import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { type AddressInfo, createServer, type LookupFunction, type Server, type Socket } from 'node:net'
import { before, describe, test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { type Failure, PolicyError } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { openRtmpPlayer } from './client.ts'
import { commandWire } from './testing/core-server.ts'
import { play, publish, sendTags, startServer, until } from './testing/nodes.ts'
import { writeMediaMessage } from './wire.ts'

/** A server that does `run` with each connection. */
async function answerWith(run: (socket: Socket, index: number) => void): Promise<{ port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    run(socket, sockets.push(socket) - 1)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const tags = Array.from({ length: 20 }, (_, i) => ({ kind: 'video' as const, timestampMs: i * 40, body: new Uint8Array(5000).fill(i) }))
const urlOf = ({ port }: { port: number }): string => `rtmp://127.0.0.1:${port}/live`

describe('a publisher', () => {
  test('is acknowledged, counts what it sent, and ends the stream when it closes', async () => {
    await using server = await startServer()
    const { ready, publisher } = publish({ url: urlOf(server), streamKey: 'key', ackWindowBytes: 10_000 })
    publisher.write(new Uint8Array(10)) // before ready it does nothing
    await ready
    await sendTags(publisher, tags)
    await until(() => publisher.ackedBytes > 90_000)
    assert.ok(publisher.hasAcked && publisher.lastAckAtMs !== null)
    assert.equal(publisher.bytesFlushed, publisher.bytesSent)
    assert.ok(publisher.ackedBytes <= publisher.bytesSent)
    publisher.close()
    publisher.close()
    const { closed, tags: got } = server.published[0]!
    assert.equal((await closed).kind, 'unpublish')
    assert.equal(got.length, 20)
  })

  test('may be written with bytes that others share, and reads back what a player pulls', async () => {
    await using server = await startServer({ tags })
    const { tags: got, reason } = await play({ url: urlOf(server), streamKey: 'key' })
    assert.deepEqual(
      got.filter(({ kind }) => kind === 'video').map(({ timestampMs, body }) => [timestampMs, body[0], body.length]),
      tags.map(({ timestampMs, body }) => [timestampMs, body[0], body.length]),
    )
    assert.equal(reason.kind, 'fin')
  })

  test('shows its descriptor while it is live and has no dump, and sends what the kernel did not take of bytes that went there', async () => {
    await using server = await startServer()
    const { ready, publisher } = publish({ url: urlOf(server), streamKey: 'key' })
    assert.equal(publisher.directFd, -1, 'not before the server said yes')
    await ready
    const wire = tags.map(({ kind, timestampMs, body }) => writeMediaMessage(kind, timestampMs, publisher.messageStreamId, [body]))
    const before = publisher.bytesSent
    for (const [i, bytes] of wire.entries()) {
      const fd = publisher.directFd
      assert.ok(fd >= 0, 'this Node shows the descriptor of a socket')
      publisher.afterDirect(bytes, writeSync(fd, bytes.subarray(0, i % 2 === 0 ? bytes.length : 100)))
      await until(() => publisher.queuedBytes === 0)
    }
    assert.equal(publisher.bytesSent - before, concatBytes(wire).length)
    await until(() => server.published[0]!.tags.length === tags.length)
    assert.deepEqual(server.published[0]!.tags.at(-1)!.body, Buffer.from(tags.at(-1)!.body))
    publisher.close()
    assert.equal(publisher.directFd, -1)
    const dumped = publish({ url: urlOf(server), streamKey: 'key', dump: () => {} })
    await dumped.ready
    assert.equal(dumped.publisher.directFd, -1, 'a dump sees every write')
    dumped.publisher.close()
  })

  test('hears a wrong key as such', async () => {
    await using server = await startServer()
    const failure = await publish({ url: urlOf(server), streamKey: 'wrong' }).closed
    assert.deepEqual([failure.kind, failure.peerCode], ['auth', 'NetStream.Publish.Denied'])
  })
})

describe('a failure', () => {
  let unused = 0
  before(async () => {
    await using server = await answerWith(() => {})
    unused = server.port
  })

  test('of the name is dns', async () => {
    const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
    const lookup: LookupFunction = (_host, _options, done) => done(notFound, '', 4)
    const { kind, code } = await publish({ url: 'rtmp://no-such-host.invalid/live', streamKey: 'key', lookup }).closed
    assert.deepEqual([kind, code], ['dns', 'RTMP_DNS'])
  })
  test('of an address that may not be reached is dns, with the reason of who forbade it', async () => {
    const forbidden = new PolicyError('OUTPUT_PRIVATE', 'url', 'a public address', 'the host is on a private network')
    const failure = await publish({
      url: 'rtmp://host.invalid/live',
      streamKey: 'key',
      lookup: (_host, _options, done) => done(forbidden, '', 4),
    }).closed
    assert.deepEqual([failure.kind, failure.code, failure.message], ['dns', 'OUTPUT_PRIVATE', 'the host is on a private network'])
  })
  test('of the connection is tcp', async () => {
    const { kind, message } = await publish({ url: `rtmp://127.0.0.1:${unused}/live`, streamKey: 'key' }).closed
    assert.equal(kind, 'tcp')
    assert.match(message, /refused/)
  })
  test('of the URL and of the key is known without a connection', async () => {
    assert.equal((await publish({ url: 'http://127.0.0.1/live', streamKey: 'key' }).closed).code, 'RTMP_URL')
    const failure = await publish({ url: urlOf({ port: 1 }), streamKey: 'key with spaces' }).closed
    assert.deepEqual([failure.kind, failure.code], ['auth', 'RTMP_STREAM_KEY'])
  })
  test('of a server that speaks HTTP is handshake', async () => {
    await using server = await answerWith((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const failure = await publish({ url: urlOf(server), streamKey: 'key' }).closed
    assert.equal(failure.kind, 'handshake')
    assert.match(failure.message, /HTTP/)
  })
  test('of a server that closes at once is handshake', async () => {
    await using server = await answerWith((socket) => socket.end())
    assert.equal((await publish({ url: urlOf(server), streamKey: 'key' }).closed).code, 'RTMP_HANDSHAKE_CLOSED')
  })

  const handshake = new Uint8Array(1 + 2 * 1536)
  handshake[0] = 3
  const connected = commandWire('_result', 1, [{}, { level: 'status', code: 'NetConnection.Connect.Success' }])
  const created = commandWire('_result', 4, [null, 1])
  const started = commandWire('onStatus', 0, [null, { level: 'status', code: 'NetStream.Publish.Start' }], 1)
  const closings = [
    { name: 'connect', wires: [], code: 'RTMP_CLOSED_ON_CONNECT' },
    { name: 'publish', wires: [connected, created], code: 'RTMP_CLOSED_ON_PUBLISH' },
    { name: 'its own yes', wires: [connected, created, started], code: 'RTMP_CLOSED_AFTER_START' },
  ]
  for (const { name, wires, code } of closings) {
    test(`of a server that closes after ${name} is publish-rejected`, async () => {
      await using server = await answerWith((socket) => {
        socket.once('data', () => socket.end(concatBytes([handshake, ...wires])))
      })
      const failure = await publish({ url: urlOf(server), streamKey: 'key' }).closed
      assert.deepEqual([failure.kind, failure.code], ['publish-rejected', code])
    })
  }

  test('of a server that says nothing is a timeout of the phase it is in', async () => {
    const greeted = Promise.withResolvers<void>()
    await using server = await answerWith((socket) => socket.once('data', () => greeted.resolve()))
    const clock = new FakeClock()
    const { closed } = publish({ url: urlOf(server), streamKey: 'key', clock, connectTimeoutMs: 5000 })
    await greeted.promise
    clock.advance(5000)
    const failure = await closed
    assert.deepEqual([failure.kind, failure.code], ['handshake', 'RTMP_HANDSHAKE_TIMEOUT'])
  })

  test('is not told after our own close, whatever the server does', async () => {
    await using server = await startServer()
    const { ready, closed, publisher } = publish({ url: urlOf(server), streamKey: 'key' })
    await ready
    publisher.close()
    const told = await Promise.race([closed.then(() => true), server.published[0]!.closed.then(() => false)])
    assert.equal(told, false)
  })
})

test("user and password answer Adobe's challenge over three connections", async () => {
  const refusal = (text: string): Uint8Array =>
    commandWire('_error', 1, [null, { level: 'error', code: 'NetConnection.Connect.Rejected', description: text }])
  const handshake = new Uint8Array(1 + 2 * 1536)
  handshake[0] = 3
  const answers = [
    refusal('[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : '),
    refusal('[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=joe&salt=SA&challenge=CH&opaque=OP'),
    refusal('[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed&opaque=OP'),
  ]
  const asked: Buffer[] = []
  await using server = await answerWith((socket, index) => {
    let heard = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      heard = Buffer.concat([heard, bytes])
      asked[index] = heard
      if (heard.length === 1537) socket.write(handshake)
      else if (heard.includes('tcUrl')) socket.write(answers[index]!)
    })
  })
  const failure = await publish({ url: `rtmp://joe:secret@127.0.0.1:${server.port}/live`, streamKey: 'key' }).closed
  assert.equal(failure.kind, 'auth')
  assert.equal(asked.length, 3)
  assert.ok(!asked[0]!.includes('authmod'))
  assert.ok(asked[1]!.includes('live?authmod=adobe&user=joe'))
  assert.ok(asked[2]!.includes('&challenge='))
  assert.doesNotMatch(JSON.stringify(failure), /secret/)
})

test('a publisher that closes before the server said yes leaves nothing behind', async () => {
  const gone = Promise.withResolvers<void>()
  const greeted = Promise.withResolvers<void>()
  await using server = await answerWith((socket) => {
    socket.once('data', () => greeted.resolve())
    socket.once('close', () => gone.resolve())
  })
  const clock = new FakeClock()
  const { publisher } = publish({ url: urlOf(server), streamKey: 'key', clock })
  await greeted.promise
  publisher.close()
  await gone.promise
  assert.equal(clock.pendingTimers, 0)
})

describe('a player', () => {
  test('gives up a server that falls silent, where it is told to, and knows whom it called', async () => {
    await using server = await startServer({ tags, isOpenEnded: true })
    const clock = new FakeClock()
    const closed = Promise.withResolvers<Failure>()
    let count = 0
    const player = openRtmpPlayer({
      url: urlOf(server),
      streamKey: 'key',
      clock,
      log: silentLogger,
      idleTimeoutMs: 30_000,
      sink: { onMessage: () => count++, onClose() {} },
      handler: { onClose: closed.resolve },
    })
    await until(() => count >= 20)
    clock.advance(29_999)
    assert.equal(player.remoteAddress, '127.0.0.1')
    clock.advance(1)
    assert.deepEqual(await closed.promise, { kind: 'stall', code: 'RTMP_IDLE', message: 'the server sent nothing for 30 s' })
  })
})
