import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink, type RtmpSinkServer, type SinkBehaviour } from '@sluice/testkit/rtmp-sink'
import { makeCertificate } from './support/certificate.ts'
import { makeClip } from './support/clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { freePort } from './support/free-port.ts'
import { publishClip } from './support/publish.ts'
import { stepsBack, videoFrames, videoGaps } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'openssl')

async function openSink(t: TestContext, behaviour: SinkBehaviour, port = 0): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink({ behaviour, port, isRecording: behaviour.type === 'accept' })
  t.after(() => sink.close())
  return sink
}

/** Milliseconds until an output is in `state` for a reason of `kind`. A backoff may be shorter than what is told: the next try counts too. */
function untilState(engine: EngineProcess, outputId: string, state: string, kind: string | null, withinMs: number): Promise<number> {
  const now = (): string => JSON.stringify(engine.control.output(outputId))
  return until(
    `${outputId} is ${state} by ${kind}`,
    () => {
      const output = engine.control.output(outputId)
      const isThere = output?.state === state || (state === 'backoff' && output?.state === 'connecting')
      return isThere && (output.reason?.kind ?? null) === kind
    },
    withinMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; it is ${now()}`)
  })
}

test('destinations that die, stall, refuse or do not exist cost the others nothing, and say what is wrong within 5 s [OUT-01] [OUT-03] [OUT-04] [OBS-03]', {
  skip,
}, async (t) => {
  const engine = await startEngineProcess(t)
  const good = await Promise.all([openSink(t, { type: 'accept' }), openSink(t, { type: 'accept' })])
  const stalling = await openSink(t, { type: 'accept' })
  const secure = await openRtmpSink({ tls: await makeCertificate(t), isRecording: false })
  t.after(() => secure.close())
  const dying = await openSink(t, { type: 'accept' })
  const refusing = {
    'reject-auth': await openSink(t, { type: 'reject-auth' }),
    duplicate: await openSink(t, { type: 'duplicate' }),
    'reject-publish': await openSink(t, { type: 'reject-publish' }),
    mute: await openSink(t, { type: 'mute' }),
    reset: await openSink(t, { type: 'reset', afterMs: 3500 }),
    'half-close': await openSink(t, { type: 'half-close', afterMs: 3500 }),
  }
  const nobody = await freePort()
  const places: Record<string, string> = {
    good0: good[0]!.url,
    good1: good[1]!.url,
    stalling: stalling.url,
    secure: secure.url,
    dying: dying.url,
    ...Object.fromEntries(Object.entries(refusing).map(([name, sink]) => [name, sink.url])),
    nowhere: 'rtmp://no-such-host.invalid/live',
    closed: `rtmp://127.0.0.1:${nobody}/live`,
    'not-tls': good[0]!.url.replace('rtmp:', 'rtmps:'),
  }
  const outputs = Object.entries(places).map(([outputId, url]) => makeOutputSpec({ outputId, url, tlsVerify: outputId !== 'secure' }))
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  const encoder = publishClip(t, await makeClip(t, { seconds: 10, videoKbps: 2500 }), engine.publishUrl('k1'))
  await untilState(engine, 'good0', 'live', null, 10_000)
  await Promise.all([
    untilState(engine, 'good1', 'live', null, 5000),
    untilState(engine, 'stalling', 'live', null, 5000),
    untilState(engine, 'secure', 'live', null, 5000),
    untilState(engine, 'dying', 'live', null, 5000),
    untilState(engine, 'reject-auth', 'failed', 'auth', 5000),
    untilState(engine, 'duplicate', 'backoff', 'duplicate-publisher', 5000),
    untilState(engine, 'reject-publish', 'backoff', 'publish-rejected', 5000),
    untilState(engine, 'nowhere', 'backoff', 'dns', 5000),
    untilState(engine, 'closed', 'backoff', 'tcp', 5000),
    untilState(engine, 'not-tls', 'backoff', 'tls', 5000),
    untilState(engine, 'reset', 'backoff', 'remote-close', 9000),
    untilState(engine, 'half-close', 'backoff', 'remote-close', 9000),
  ])
  const residentBefore = engine.residentBytes()

  for (const sink of [stalling, secure]) sink.sessions[0]!.stall()
  const deadPort = dying.port
  await dying.close()
  const [stalledMs, secureMs, deadMs] = await Promise.all([
    untilState(engine, 'stalling', 'stalled', 'stall', 8000),
    untilState(engine, 'secure', 'stalled', 'stall', 8000),
    untilState(engine, 'dying', 'backoff', 'tcp', 8000),
  ])
  const told = `known after, in ms: stalled ${Math.round(stalledMs)}, over TLS ${Math.round(secureMs)}, dead ${Math.round(deadMs)}`
  t.diagnostic(told)
  assert.ok(Math.max(stalledMs, secureMs, deadMs) < 5500, told)
  await untilState(engine, 'mute', 'backoff', 'handshake', 15_000)
  assert.equal(refusing['reject-auth'].connectionsTotal, 1, 'a wrong key is not tried again')

  await openSink(t, { type: 'accept' }, deadPort)
  await untilState(engine, 'dying', 'live', null, 5000)
  await sleep(2000)
  const grownMb = (engine.residentBytes() - residentBefore) / 1e6
  assert.ok(grownMb < 60, `resident memory grew by ${grownMb} MB`)
  await encoder.end()
  for (const sink of good) {
    assert.equal(sink.sessions.length, 1, 'it was never reconnected')
    assert.ok(videoFrames(sink.sessions[0]!).length > 200)
    assert.deepEqual([videoGaps(sink.sessions[0]!), stepsBack(sink.sessions[0]!)], [[], []])
  }
})

test('a destination that accepts and never reads a byte of media is stalled, and memory stays bounded', { skip }, async (t) => {
  const engine = await startEngineProcess(t)
  const deaf = await openSink(t, { type: 'stall', afterMs: 0 })
  const good = await openSink(t, { type: 'accept' })
  const outputs = [
    ...Array.from({ length: 10 }, (_, i) => makeOutputSpec({ outputId: `deaf${i}`, url: deaf.url })),
    makeOutputSpec({ outputId: 'good', url: good.url }),
  ]
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  const encoder = publishClip(t, await makeClip(t, { seconds: 6, size: '640x360', videoKbps: 8000 }), engine.publishUrl('k1'))
  await untilState(engine, 'good', 'live', null, 10_000)
  const residentBefore = engine.residentBytes()
  // Loopback takes some megabytes on behalf of a far end that does not read; at 8 Mbit/s that is full after about 3 s.
  await Promise.all(outputs.slice(0, 10).map(({ outputId }) => untilState(engine, outputId, 'stalled', 'stall', 12_000)))
  await sleep(6000)
  const grownMb = (engine.residentBytes() - residentBefore) / 1e6
  assert.ok(grownMb < 100, `resident memory grew by ${grownMb} MB`)
  await encoder.end()
  assert.deepEqual([videoGaps(good.sessions[0]!), good.sessions.length], [[], 1])
})
