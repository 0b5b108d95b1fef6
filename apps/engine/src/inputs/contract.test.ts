import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { type Failure, messageOf } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import type { InputProtocol } from '@sluice/base/words'
import { type OpenTransport, type OutputConnection, type OutputTarget, rtmpTransport, srtTransport } from '@sluice/media/output'
import { testCertificateFiles } from '@sluice/testkit/certificates'
import { type ControlStub, hashKey, makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { openRtmpSink, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { controlOf, type EngineUnderTest, startTestEngine, until } from '../testing/engine-under-test.ts'
import { publishTo } from '../testing/publish.ts'
import { serveHls } from '../testing/serve-hls.ts'

/** Whatever the protocol and whoever calls whom: a stream that comes in is known by the same facts, goes out whole, and ends as one event. */

const key = 'abcdefgh-23456789-mnpqrstu-vwxyz234'
const token = 'play-cbcdefgh-23456789-mnpqrstu-vwxyz234'
const parts = { clock: systemClock, log: silentLogger }
const paceMs = 500
const gopFrames = 30

/** An encoder that was accepted. */
type Encoder = {
  /** Sends a programme with a key frame each second, in real time. */
  send(): void
  end(): void
}
type Way = {
  readonly name: string
  readonly protocol: InputProtocol
  /** What the input calls; null: an encoder comes to it. */
  readonly pullFrom: ((source: { ports: EngineUnderTest['ports']; hlsUrl: string }) => string) | null
  /** How an encoder comes to it. */
  readonly push: ((engine: EngineUnderTest) => { open: OpenTransport<OutputTarget>; url: string; streamKey: string }) | null
}

const push = (name: string, protocol: InputProtocol, how: NonNullable<Way['push']>): Way => ({ name, protocol, push: how, pullFrom: null })
const pull = (name: string, protocol: InputProtocol, from: NonNullable<Way['pullFrom']>): Way => ({
  name,
  protocol,
  push: null,
  pullFrom: from,
})

const ways: readonly Way[] = [
  push('RTMP', 'rtmp', ({ ports }) => ({ open: rtmpTransport(parts), url: `rtmp://127.0.0.1:${ports.rtmp}/live`, streamKey: key })),
  push('RTMPS', 'rtmps', ({ ports }) => ({ open: rtmpTransport(parts), url: `rtmps://127.0.0.1:${ports.rtmps}/live`, streamKey: key })),
  push('SRT', 'srt', ({ ports }) => ({
    open: srtTransport(parts),
    url: `srt://127.0.0.1:${ports.srt}?latency=500`,
    streamKey: `publish:${key}`,
  })),
  pull('a pull over RTMP', 'rtmp', ({ ports }) => `rtmp://127.0.0.1:${ports.rtmp}/live/${token}`),
  pull('a pull over SRT', 'srt', ({ ports }) => `srt://127.0.0.1:${ports.srt}?streamid=read:${token}&latency=500`),
  pull('a pull over HLS', 'hls', ({ hlsUrl }) => hlsUrl),
]

const inputOf = (control: ControlStub) => control.actual('show')?.inputs[0]

// At once: most of the time is waiting.
suite('every way in', { concurrency: true }, () => {
  for (const way of ways) {
    test(`${way.name}: a stream has its facts, goes out whole from a key frame on, and its end is one event`, async (t) => {
      const tls = testCertificateFiles('good')
      const engine = await startTestEngine(t, { tls })
      const control = await controlOf(t, engine)
      const sink = await openRtmpSink()
      t.after(() => sink.close())
      const source = way.pullFrom === null ? null : await startSource(t)
      const spec = makeChannelSpec({ channelId: 'show', key, outputs: [makeOutputSpec({ outputId: 'out', url: sink.url })] })
      const url = source === null ? null : way.pullFrom!(source)
      control.carry(url === null ? spec : { ...spec, inputs: spec.inputs.map((input) => ({ ...input, pull: { url } })) })
      await until(() => control.actual('show') !== undefined)

      const encoder = source === null ? await connect(t, way.push!(engine)) : null
      encoder?.send()
      // Tracks are known before the first frame is due.
      await until(() => {
        const { state, video, audio } = inputOf(control)!
        return state === 'receiving' && video?.codec === 'h264' && audio?.codec === 'aac'
      })
      const { protocol, remoteAddress, lastProblem, notices = [] } = inputOf(control)!
      assert.deepEqual([protocol, lastProblem, notices], [way.protocol, null, []])
      assert.equal(remoteAddress, '127.0.0.1')
      const { width, height } = inputOf(control)!.video!
      assert.deepEqual([width, height], [makeVideoTrack().width, makeVideoTrack().height])

      await until(() => (sink.sessions[0]?.counts.video ?? 0) > 2 * gopFrames)
      assertWhole(sink.sessions[0]!)

      ;(encoder ?? source)!.end()
      await until(() => inputOf(control)?.state === 'waiting')
      const lost = control.events.filter(({ name }) => name === 'input.lost')
      assert.equal(lost.length, 1, lost.map(({ message }) => message).join('; '))
      assert.ok(
        ![...control.events.map(({ message }) => message), inputOf(control)!.lastProblem].some(
          (text) => text?.includes(key) || text?.includes(token),
        ),
      )
    })
  }

  for (const way of ways.filter((one) => one.push !== null)) {
    test(`${way.name}: a second encoder with the same key is refused and costs the first one nothing; once that has gone, the key is free`, async (t) => {
      const engine = await startTestEngine(t, { tls: testCertificateFiles('good') })
      const control = await controlOf(t, engine)
      control.carry(makeChannelSpec({ channelId: 'show', key }))
      await until(() => control.actual('show') !== undefined)
      const first = await connect(t, way.push!(engine))
      first.send()
      await until(() => inputOf(control)?.state === 'receiving')
      await assert.rejects(connect(t, way.push!(engine)))
      assert.equal(inputOf(control)?.state, 'receiving')
      assert.equal(control.events.filter(({ name }) => name === 'input.lost').length, 0)
      first.end()
      await until(() => inputOf(control)?.state === 'waiting')
      await untilAccepted(() => connect(t, way.push!(engine)))
    })

    test(`${way.name}: a key that no input has is refused without a word of it`, async (t) => {
      const engine = await startTestEngine(t, { tls: testCertificateFiles('good') })
      const control = await controlOf(t, engine)
      control.carry(makeChannelSpec({ channelId: 'show', key: 'another-key-23456789' }))
      await until(() => control.actual('show') !== undefined)
      const refusal = await connect(t, way.push!(engine)).then(
        () => 'accepted',
        (error: unknown) => messageOf(error),
      )
      assert.match(refusal, /^auth: /)
      assert.ok(!refusal.includes(key))
    })
  }
})

/** An engine whose channel is live: what pulls call. */
async function startSource(t: TestContext): Promise<{ ports: EngineUnderTest['ports']; hlsUrl: string; end(): void }> {
  const engine = await startTestEngine(t, { engineId: 'source' })
  const control = await controlOf(t, engine)
  control.carry(makeChannelSpec({ channelId: 'source', key, playTokenHashes: [hashKey(token)] }))
  await until(() => control.actual('source') !== undefined)
  const encoder = await publishTo(t, engine.ports.rtmp, key)
  encoder.send(6000)
  const timer = setInterval(() => encoder.send(paceMs), paceMs)
  t.after(() => clearInterval(timer))
  const playback = engine.engine.playback('source')!
  await until(() => playback.hls.isReady)
  const hls = await serveHls(t, playback)
  return {
    ports: engine.ports,
    hlsUrl: hls.url,
    end() {
      clearInterval(timer)
      hls.close()
      void engine.stop('the source is over')
    },
  }
}

/** An encoder, made of the transport that outputs use. Rejects when it is refused. */
function connect(t: TestContext, { open, url, streamKey }: ReturnType<NonNullable<Way['push']>>): Promise<Encoder> {
  return new Promise((resolve, reject) => {
    const target = {
      url,
      streamKey,
      tlsVerify: false,
      retry: { baseMs: 1, capMs: 1, maxAttempts: null, windowMs: 1, autoDisable: null },
      queueMs: 1000,
    }
    const opening = open(target, {
      onReady(connection) {
        let sending: { stop(): void } | null = null
        resolve({
          send() {
            sending = sendProgramme(t, connection)
          },
          end() {
            sending?.stop()
            connection.close()
          },
        })
      },
      onClose: ({ kind, message }: Failure) => reject(new Error(`${kind}: ${message}`)),
    })
    t.after(() => opening.close())
  })
}

/** Sends two seconds at once, and goes on in real time until `stop`. */
function sendProgramme(t: TestContext, connection: OutputConnection): { stop(): void } {
  const format = connection.makeFormat()
  const [video, audio] = [makeVideoTrack(), makeAudioTrack()]
  let sentMs = 0
  const send = (durationMs: number): void => {
    for (const frame of makeMedia({ video, audio, startMs: sentMs, durationMs, gopFrames })) {
      const wire = format.frame(frame)
      if (wire !== null) connection.sink.write(wire)
    }
    sentMs += durationMs
  }
  connection.sink.write(format.head([video, audio], 0))
  send(2000)
  const timer = setInterval(() => send(paceMs), paceMs)
  const stop = (): void => clearInterval(timer)
  t.after(stop)
  return { stop }
}

/** Right after an end an SRT key is held for a moment. */
async function untilAccepted(dial: () => Promise<Encoder>): Promise<void> {
  let isIn = false
  let isAsking = false
  await until(() => {
    if (!isAsking && !isIn) {
      isAsking = true
      dial().then(
        () => {
          isIn = true
        },
        () => {
          isAsking = false
        },
      )
    }
    return isIn
  })
}

/** It begins with configuration and a key frame, and each kind's timestamps rise. */
function assertWhole({ messages }: SinkSession): void {
  const coded = messages.filter(({ kind, body }) => kind === 'video' && body[1] === 1)
  assert.equal(coded[0]!.body[0]! >> 4, 1, 'the first frame is a key frame')
  assert.equal(messages.find(({ kind }) => kind === 'video')!.body[1], 0, 'configuration comes before it')
  for (const kind of ['audio', 'video'] as const) {
    const times = messages.filter((one) => one.kind === kind).map(({ timestampMs }) => timestampMs)
    assert.ok(
      times.every((timeMs, i) => i === 0 || timeMs >= times[i - 1]!),
      `${kind} steps back`,
    )
  }
}
