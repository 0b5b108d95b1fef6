import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { makeAudioTrack, makeFrame } from '@sluice/testkit/frames'
import { openRtmpSink, type RtmpSinkServer, type SinkBehaviour } from '@sluice/testkit/rtmp-sink'
import { until } from '@sluice/testkit/wait'
import type { OutputTarget } from '../output-target.ts'
import type { OutputConnection } from '../transport.ts'
import { rtmpTransport } from './rtmp.ts'

async function openSink(t: TestContext, behaviour: SinkBehaviour = { type: 'accept' }): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink({ behaviour })
  t.after(() => sink.close())
  return sink
}

type Opened = { close(): void; connection: OutputConnection | null; failures: Failure[]; readies: number; settled: Promise<void> }

function open(t: TestContext, url: string): Opened {
  const settled = Promise.withResolvers<void>()
  const opened: Opened = { close: () => {}, connection: null, failures: [], readies: 0, settled: settled.promise }
  const target: OutputTarget = {
    url,
    streamKey: 'secret-key',
    tlsVerify: true,
    retry: { baseMs: 1, capMs: 1, maxAttempts: null, windowMs: 1, autoDisable: null },
    queueMs: 1000,
  }
  const opening = rtmpTransport({ clock: systemClock, log: silentLogger })(target, {
    onReady(connection) {
      opened.connection = connection
      opened.readies++
      settled.resolve()
    },
    onClose(failure) {
      opened.failures.push(failure)
      settled.resolve()
    },
  })
  opened.close = () => opening.close()
  t.after(opened.close)
  return opened
}

test('a connection carries frames, counts what left and what was acknowledged, and ends quietly', async (t) => {
  const sink = await openSink(t)
  const opened = open(t, sink.url)
  await opened.settled
  const connection = opened.connection!
  const format = connection.makeFormat()
  const audio = makeAudioTrack()
  connection.sink.write(format.head([audio], 0))
  for (let i = 0; i < 40; i++) connection.sink.write(format.frame(makeFrame(audio, i * 20, { byteCount: 20_000 }))!)
  await until(() => sink.sessions[0]!.counts.audio === 41)
  await until(() => (connection.ackedBytes ?? 0) > 500_000)
  assert.ok(connection.bytesSent > 800_000 && connection.ackedBytes! <= connection.bytesSent)
  assert.equal(connection.sink.queuedBytes, 0)
  assert.equal(connection.srtStats, null)
  connection.close()
  await until(() => sink.sessions[0]!.ended !== null)
  assert.deepEqual([sink.sessions[0]!.ended!.kind, opened.failures], ['unpublish', []])
})

test('a far end that cuts a live connection is told once', async (t) => {
  const opened = open(t, (await openSink(t, { type: 'reset', afterMs: 10 })).url)
  await until(() => opened.failures.length > 0)
  assert.equal(opened.failures.length, 1)
})
