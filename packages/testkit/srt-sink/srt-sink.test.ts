import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { openSrtCaller, type SrtConnection, SrtRejectCode } from '@sluice/protocols/srt'
import { until } from '../wait/index.ts'
import type { SrtSinkBehaviour } from './behaviour.ts'
import { openSrtSink, type SrtSinkServer } from './open-srt-sink.ts'

async function openSink(t: TestContext, behaviour: SrtSinkBehaviour, passphrase?: string): Promise<SrtSinkServer> {
  const sink = await openSrtSink({ behaviour, ...(passphrase === undefined ? {} : { passphrase }) })
  t.after(() => sink.close())
  return sink
}

type Called = { connection: SrtConnection; ended: Promise<Failure | null> }

/** Resolves with the connection, or with what came instead. */
function call(t: TestContext, sink: SrtSinkServer, passphrase?: string): Promise<Called | Failure | null> {
  return new Promise((resolve) => {
    const ended = Promise.withResolvers<Failure | null>()
    const caller = openSrtCaller({
      host: '127.0.0.1',
      port: sink.port,
      streamId: 'a-stream',
      passphrase,
      mode: 'send',
      connectTimeoutMs: 600,
      clock: systemClock,
      log: silentLogger,
      handler: {
        onReady: (connection) => resolve({ connection, ended: ended.promise }),
        onClose(failure) {
          ended.resolve(failure)
          resolve(failure)
        },
      },
    })
    t.after(() => caller.abort())
  })
}

async function mustCall(t: TestContext, sink: SrtSinkServer): Promise<Called> {
  const answer = await call(t, sink)
  if (answer === null || 'kind' in answer) throw new assert.AssertionError({ message: `refused: ${answer?.message}` })
  return answer
}

/** Timers run in the order in which they were set: a behaviour of `afterMs: 0` has begun by then. */
const timersOfNow = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
const payload = new Uint8Array(1316).fill(0x47)

test('the sink takes what is sent, acknowledges it, and knows the stream id', async (t) => {
  const sink = await openSink(t, { type: 'accept' })
  const { connection } = await mustCall(t, sink)
  for (let i = 0; i < 50; i++) connection.send(payload)
  await until(() => sink.sessions[0]?.payloads === 50 && connection.queuedMs === 0)
  assert.deepEqual([sink.sessions[0]!.streamId, sink.sessions[0]!.bytes], ['a-stream', 50 * 1316])
})

const refusals: { behaviour: SrtSinkBehaviour; kind: Failure['kind'] }[] = [
  { behaviour: { type: 'reject', code: SrtRejectCode.unauthorized }, kind: 'auth' },
  { behaviour: { type: 'reject', code: SrtRejectCode.conflict }, kind: 'duplicate-publisher' },
  { behaviour: { type: 'reject', code: SrtRejectCode.overload }, kind: 'publish-rejected' },
  { behaviour: { type: 'silent' }, kind: 'tcp' },
  { behaviour: { type: 'garbage' }, kind: 'tcp' },
]
for (const { behaviour, kind } of refusals) {
  test(`an SRT sink that does ${Object.values(behaviour).join(' ')} is seen as ${kind}`, async (t) => {
    const sink = await openSink(t, behaviour)
    const answer = await call(t, sink)
    assert.equal(answer !== null && 'kind' in answer && answer.kind, kind)
    assert.deepEqual([sink.connectionsTotal, sink.sessions.length], [1, 0])
  })
}

test('a passphrase that is not the right one is seen as auth', async (t) => {
  const answer = await call(t, await openSink(t, { type: 'accept' }, 'the-right-passphrase'), 'not-the-right-passphrase')
  assert.equal(answer !== null && 'kind' in answer && answer.kind, 'auth')
})

test('a sink that never acknowledges takes everything', async (t) => {
  const sink = await openSink(t, { type: 'never-acknowledge' })
  const { connection } = await mustCall(t, sink)
  const readyMs = connection.lastAckAtMs
  for (let i = 0; i < 20; i++) connection.send(payload)
  await until(() => sink.sessions[0]!.payloads === 20)
  assert.equal(connection.lastAckAtMs, readyMs)
})

test('a stalled sink keeps the connection and acknowledges nothing more', async (t) => {
  const sink = await openSink(t, { type: 'stall', afterMs: 0 })
  const { connection } = await mustCall(t, sink)
  await until(() => sink.sessions.length === 1)
  await timersOfNow()
  for (let i = 0; i < 20; i++) connection.send(payload)
  await until(() => connection.queuedMs > 100)
  assert.deepEqual([sink.sessions[0]!.payloads, connection.state], [0, 'open'])
})

test('a sink that vanishes says nothing more, not even a farewell', async (t) => {
  const sink = await openSink(t, { type: 'vanish', afterMs: 0 })
  const { connection } = await mustCall(t, sink)
  await until(() => sink.sessions.length === 1)
  await timersOfNow()
  const heard = connection.stats().pktRecvACKTotal
  sink.sessions[0]!.close()
  for (let i = 0; i < 20; i++) connection.send(payload)
  await until(() => connection.queuedMs > 150)
  assert.deepEqual([connection.state, connection.stats().pktRecvACKTotal], ['open', heard])
})

test('a sink that closes is seen to close', async (t) => {
  const { ended } = await mustCall(t, await openSink(t, { type: 'close', afterMs: 20 }))
  assert.equal((await ended)?.kind, 'remote-close')
})

test('a late sink is late both ways', async (t) => {
  const sink = await openSink(t, { type: 'late', latencyMs: 40 })
  const startMs = performance.now()
  const { connection } = await mustCall(t, sink)
  // Induction and conclusion: two round trips of 80 ms.
  assert.ok(performance.now() - startMs > 140)
  for (let i = 0; i < 20; i++) connection.send(payload)
  await until(() => sink.sessions[0]?.payloads === 20)
})

test('a garbling sink answers each packet, with nothing that a handshake could be', async (t) => {
  const sink = await openSink(t, { type: 'garbage' })
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  socket.send(new Uint8Array(16), sink.port, '127.0.0.1')
  const [bytes] = (await once(socket, 'message')) as [Uint8Array]
  assert.equal(bytes.length, 64)
})
