import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { FlvFileReader } from '@sluice/containers/flv'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage } from '@sluice/protocols/rtmp'
import { testCertificate } from '../certificates/index.ts'
import { FakeClock } from '../clock/index.ts'
import { until, untilSteady } from '../wait/index.ts'
import type { SinkBehaviour } from './behaviour.ts'
import { flvOfMessages } from './flv-recording.ts'
import { openDeadPort } from './open-dead-port.ts'
import { openRtmpSink, type RtmpSinkOptions, type RtmpSinkServer } from './open-rtmp-sink.ts'

async function openSink(
  t: TestContext,
  behaviour: SinkBehaviour = { type: 'accept' },
  tls?: RtmpSinkOptions['tls'],
): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink({ behaviour, ...(tls === undefined ? {} : { tls }) })
  t.after(() => sink.close())
  return sink
}

type Published = { publisher: RtmpPublisher; failure: Promise<Failure> }
type More = { tls?: { verify: boolean; ca?: string; servername?: string }; connectTimeoutMs?: number }

/** Resolves with the publisher, or with the failure that came instead. */
function publish(t: TestContext, sink: { url: string }, more: More = {}): Promise<Published | Failure> {
  return new Promise((resolve) => {
    const failed = Promise.withResolvers<Failure>()
    const publisher = openRtmpPublisher({
      url: sink.url,
      streamKey: 'a-key?with=query',
      ...more,
      clock: systemClock,
      log: silentLogger,
      handler: {
        onReady: () => resolve({ publisher, failure: failed.promise }),
        onClose(failure) {
          failed.resolve(failure)
          resolve(failure)
        },
      },
    })
    t.after(() => publisher.close())
  })
}

async function mustPublish(t: TestContext, sink: RtmpSinkServer): Promise<Published> {
  const answer = await publish(t, sink)
  if ('kind' in answer) throw new assert.AssertionError({ message: `refused: ${answer.message}` })
  return answer
}

const audioBytes = (byteCount: number): Uint8Array => writeMediaMessage('audio', 20, 1, [new Uint8Array(byteCount).fill(0xaf)])

test('the sink records messages as they came, with the key byte for byte, and gives them as FLV', async (t) => {
  const sink = await openSink(t)
  const { publisher } = await mustPublish(t, sink)
  publisher.write(writeMediaMessage('audio', 4_000_000_000, 1, [Uint8Array.of(0xaf, 1, 2, 3)]))
  await until(() => sink.sessions[0]?.counts.audio === 1)
  const [session] = sink.sessions
  assert.equal(session!.streamKey, 'a-key?with=query')
  const tags: [string, number, number][] = []
  new FlvFileReader().push(flvOfMessages(session!.messages), (kind, timestampMs, body) => tags.push([kind, timestampMs, body.length]))
  assert.deepEqual(tags, [['audio', 4_000_000_000, 4]])
  publisher.close()
  await until(() => session!.ended !== null)
  assert.equal(session!.ended!.kind, 'unpublish')
})

const refusals: { behaviour: SinkBehaviour; kind: Failure['kind']; words?: RegExp }[] = [
  { behaviour: { type: 'reject-auth' }, kind: 'auth' },
  { behaviour: { type: 'duplicate' }, kind: 'duplicate-publisher' },
  { behaviour: { type: 'reject-publish' }, kind: 'publish-rejected' },
  { behaviour: { type: 'hang-up' }, kind: 'handshake', words: /closed the connection/ },
  { behaviour: { type: 'reset-at', stage: 'connect' }, kind: 'tcp', words: /reset/ },
  { behaviour: { type: 'reset-at', stage: 'handshake' }, kind: 'tcp', words: /reset/ },
  { behaviour: { type: 'garbage', says: 'http' }, kind: 'handshake', words: /HTTP/ },
  { behaviour: { type: 'garbage', says: 'noise' }, kind: 'handshake' },
]
for (const { behaviour, kind, words } of refusals) {
  test(`a sink that does ${Object.values(behaviour).join(' ')} is seen as ${kind}`, async (t) => {
    const answer = await publish(t, await openSink(t, behaviour))
    assert.equal('kind' in answer && answer.kind, kind)
    if (words !== undefined) assert.match('kind' in answer ? answer.message : '', words)
  })
}

const certificates = [
  ['other-name', /another host name/],
  ['expired', /has expired/],
] as const
for (const [name, words] of certificates) {
  test(`a sink with the certificate '${name}' is refused by a publisher who trusts its signer`, async (t) => {
    const tls = testCertificate(name)
    const answer = await publish(t, await openSink(t, { type: 'accept' }, tls), {
      tls: { verify: true, ca: tls.cert, servername: 'localhost' },
    })
    assert.equal('kind' in answer && answer.kind, 'tls')
    assert.match('kind' in answer ? answer.message : '', words)
  })
}

test('a sink with a good certificate takes a publisher who trusts its signer', async (t) => {
  const tls = testCertificate('good')
  const answer = await publish(t, await openSink(t, { type: 'accept' }, tls), { tls: { verify: true, ca: tls.cert } })
  assert.ok('publisher' in answer)
})

test('plain text on the TLS port is seen as tls, whoever answers there', async (t) => {
  for (const behaviour of [{ type: 'accept' }, { type: 'garbage', says: 'http' }] as const) {
    const sink = await openSink(t, behaviour, 'plain')
    assert.match(sink.url, /^rtmps:/)
    const answer = await publish(t, sink)
    assert.equal('kind' in answer && answer.kind, 'tls')
  }
})

test('a dead port lets nobody in and refuses nobody; its port is free again when it is closed', async (t) => {
  const dead = await openDeadPort()
  const answer = await publish(t, { url: `rtmp://127.0.0.1:${dead.port}/live` }, { connectTimeoutMs: 200 })
  await dead.close()
  assert.equal('kind' in answer && answer.code, 'RTMP_TCP_TIMEOUT')
  const sink = await openRtmpSink({ port: dead.port })
  t.after(() => sink.close())
  assert.equal(sink.port, dead.port)
})

test('a dripping sink sends a byte each second and never more', async (t) => {
  const clock = new FakeClock()
  const sink = await openRtmpSink({ behaviour: { type: 'drip' }, clock })
  t.after(() => sink.close())
  const socket = connect(sink.port, '127.0.0.1')
  t.after(() => socket.destroy())
  let received = 0
  socket.on('data', (bytes: Uint8Array) => (received += bytes.length))
  for (let bytes = 1; bytes <= 3; bytes++) {
    await until(() => received === bytes)
    clock.advance(1000)
  }
  await until(() => received === 4)
})

test('a sink that closes says so in good order, and one that revokes refuses the key from then on', async (t) => {
  const closing = await mustPublish(t, await openSink(t, { type: 'close', afterMs: 20 }))
  assert.match((await closing.failure).message, /the event is over/)
  const revoking = await openSink(t, { type: 'revoke', afterMs: 20 })
  const first = await mustPublish(t, revoking)
  assert.equal((await first.failure).kind, 'auth')
  const second = await publish(t, revoking)
  assert.equal('kind' in second && second.kind, 'auth')
})

test('a reset and a half-close are seen by the publisher', async (t) => {
  for (const type of ['reset', 'half-close'] as const) {
    const { failure } = await mustPublish(t, await openSink(t, { type, afterMs: 20 }))
    assert.match((await failure).message, type === 'reset' ? /reset/ : /closed the connection/)
  }
})

test('a mute sink accepts the connection and says nothing', async (t) => {
  const sink = await openSink(t, { type: 'mute' })
  const socket = connect(sink.port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  await until(() => sink.connectionsTotal === 1)
  assert.deepEqual(sink.sessions, [])
})

test('a stalled sink leaves bytes in the publisher, and keeps the connection', async (t) => {
  const sink = await openSink(t, { type: 'stall', afterMs: 0 })
  const { publisher } = await mustPublish(t, sink)
  for (let i = 0; i < 300; i++) publisher.write(audioBytes(50_000))
  const queuedBytes = await untilSteady(() => publisher.queuedBytes)
  assert.ok(queuedBytes > 1_000_000, `${queuedBytes}`)
  assert.equal(sink.sessions[0]!.ended, null)
})

test('a sink that never acknowledges takes everything', async (t) => {
  const sink = await openSink(t, { type: 'never-acknowledge' })
  const { publisher } = await mustPublish(t, sink)
  for (let i = 0; i < 40; i++) publisher.write(audioBytes(50_000))
  await until(() => sink.sessions[0]!.counts.audio === 40)
  assert.equal(publisher.hasAcked, false)
})

test('an accepting sink acknowledges', async (t) => {
  const sink = await openSink(t)
  const { publisher } = await mustPublish(t, sink)
  for (let i = 0; i < 40; i++) publisher.write(audioBytes(50_000))
  await until(() => publisher.hasAcked)
})

test('a late sink gets all of it in order, and a slow one no faster than it reads', async (t) => {
  const late = await openSink(t, { type: 'late', latencyMs: 30 })
  const connectMs = performance.now()
  const { publisher } = await mustPublish(t, late)
  // Handshake, connect, createStream, publish: four round trips of 60 ms.
  assert.ok(performance.now() - connectMs > 200, 'it is late both ways')
  for (let i = 0; i < 20; i++) publisher.write(writeMediaMessage('audio', i, 1, [Uint8Array.of(0xaf, i)]))
  await until(() => late.sessions[0]!.counts.audio === 20)
  assert.deepEqual(
    late.sessions[0]!.messages.map(({ timestampMs }) => timestampMs),
    [...Array(20).keys()],
  )

  const slow = await openSink(t, { type: 'slow', bytesPerSecond: 1_000_000 })
  const startMs = performance.now()
  const second = await mustPublish(t, slow)
  for (let i = 0; i < 10; i++) second.publisher.write(audioBytes(30_000))
  await until(() => slow.sessions[0]!.counts.audio === 10)
  assert.ok(performance.now() - startMs > 200, `${performance.now() - startMs} ms`)
})
