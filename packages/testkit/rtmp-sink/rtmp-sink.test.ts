import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { FlvFileReader } from '@sluice/containers/flv'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage } from '@sluice/protocols/rtmp'
import type { SinkBehaviour } from './behaviour.ts'
import { flvOfMessages } from './flv-recording.ts'
import { openRtmpSink, type RtmpSinkServer } from './open-rtmp-sink.ts'

async function openSink(t: TestContext, behaviour: SinkBehaviour = { type: 'accept' }): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink({ behaviour })
  t.after(() => sink.close())
  return sink
}

/** Resolves with the publisher, or with the failure that came instead. */
function publish(t: TestContext, sink: RtmpSinkServer): Promise<{ publisher: RtmpPublisher; failure: Promise<Failure> } | Failure> {
  return new Promise((resolve) => {
    const failed = Promise.withResolvers<Failure>()
    const publisher = openRtmpPublisher({
      url: sink.url,
      streamKey: 'a-key?with=query',
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

async function mustPublish(t: TestContext, sink: RtmpSinkServer): Promise<{ publisher: RtmpPublisher; failure: Promise<Failure> }> {
  const answer = await publish(t, sink)
  if ('kind' in answer) throw new assert.AssertionError({ message: `refused: ${answer.message}` })
  return answer
}

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5))
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

const refusals: { behaviour: SinkBehaviour; kind: Failure['kind'] }[] = [
  { behaviour: { type: 'reject-auth' }, kind: 'auth' },
  { behaviour: { type: 'duplicate' }, kind: 'duplicate-publisher' },
  { behaviour: { type: 'reject-publish' }, kind: 'publish-rejected' },
]
for (const { behaviour, kind } of refusals) {
  test(`a sink that does ${behaviour.type} is seen as ${kind}`, async (t) => {
    const answer = await publish(t, await openSink(t, behaviour))
    assert.equal('kind' in answer && answer.kind, kind)
  })
}

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
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(publisher.queuedBytes > 1_000_000, `${publisher.queuedBytes}`)
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
  const { publisher } = await mustPublish(t, late)
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
