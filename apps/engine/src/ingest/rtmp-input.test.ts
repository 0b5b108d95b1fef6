import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { Frame } from '@sluice/codecs/frame'
import { type FlvKind, flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import { AttemptBudget } from '@sluice/media/output'
import type { PublishRequest, RtmpServerSession, RtmpSink } from '@sluice/protocols/rtmp'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeTransport } from '@sluice/testkit/output'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { Channel } from '../channels/channel.ts'
import { rtmpInput } from './rtmp-input.ts'

type Message = { kind: FlvKind; timestampMs: number; body: Uint8Array }
const form = { enhanced: false }
const request: PublishRequest = {
  app: 'live',
  name: 'k',
  query: '',
  tcUrl: '',
  remoteAddress: '192.0.2.1',
  remotePort: 1,
  encoder: 'test',
  enhanced: null,
  extras: {},
}

/** What an encoder sends in three seconds. */
function goodMessages(): Message[] {
  const [video, audio] = [makeVideoTrack(), makeAudioTrack()]
  const configs = [video, audio].map((track): Message => ({ kind: track.kind, timestampMs: 0, body: flvConfigBody(track, form)! }))
  const frames = makeMedia({ video, audio, durationMs: 3000, gopFrames: 15 }).map(
    (frame): Message => ({
      kind: frame.track.kind,
      timestampMs: Math.round(frame.dts / 90),
      body: Buffer.concat([flvFrameHeader(frame, form)!, frame.bytes]),
    }),
  )
  return [...configs, ...frames]
}

/** A channel that a publisher has, with an output and a reader that checks what leaves. */
function makeStage() {
  const clock = new FakeClock()
  const { open, dials } = fakeTransport(clock)
  const channel = new Channel(
    makeChannelSpec({ channelId: 'c', key: 'k', outputs: [makeOutputSpec({ outputId: 'o', url: 'rtmp://x/y' })] }),
    {
      clock,
      log: silentLogger,
      random: () => 0.5,
      budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
      openTransport: open,
      onEvent: () => {},
      onActual: () => {},
    },
  )
  const last = new Map<string, number>()
  const frames: Frame[] = []
  channel.programme.bus.join({
    onTracks() {},
    onSplice() {},
    onFlush() {},
    onFrame(frame) {
      const key = frame.track.kind + frame.track.id
      assert.ok(Number.isSafeInteger(frame.dts) && frame.dts > (last.get(key) ?? -1), `${key}: ${frame.dts} after ${last.get(key)}`)
      assert.ok(frame.pts >= frame.dts)
      last.set(key, frame.dts)
      frames.push(frame)
    },
  })
  const state = { closedBy: null as string | null, sink: null as RtmpSink | null }
  let accepted = 0
  const session: RtmpServerSession = {
    remoteAddress: request.remoteAddress,
    stats: { state: 'publishing', connectedAtMs: 0, bytesReceived: 0, bytesSent: 0 },
    close(message) {
      state.closedBy = message
      const sink = state.sink
      state.sink = null
      sink?.onClose({ kind: 'local', message })
    },
  }
  const publish = (): void => {
    const input = channel.inputByKey(channel.spec.inputs[0]!.keyHash)!
    state.closedBy = null
    state.sink = rtmpInput(input, request, session, { protocol: 'rtmp', remoteAddress: request.remoteAddress, encoder: null })
  }
  const send = ({ kind, timestampMs, body }: Message): void => {
    state.sink?.onMessage(kind, timestampMs >>> 0, body)
    state.sink?.onReadEnd?.()
    for (; accepted < dials.length; accepted++) dials[accepted]!.accept()
  }
  return { clock, channel, frames, publish, send, state }
}

const wrongs: ((message: Message, random: SeededRandom) => Message | null)[] = [
  () => null,
  (message, random) => ({ ...message, timestampMs: random.int(0, 0xffffffff) }),
  (message, random) => ({ ...message, timestampMs: message.timestampMs + random.int(-20_000, 20_000) }),
  (message, random) => ({ ...message, body: random.bytes(random.int(0, 40)) }),
  (message, random) => ({ ...message, body: message.body.subarray(0, random.int(0, message.body.length)) }),
  (message, random) => {
    const body = Uint8Array.from(message.body)
    for (let i = 0; i < 3; i++) body[random.int(0, Math.min(30, body.length - 1))] = random.int(0, 255)
    return { ...message, body }
  },
  (message) => ({ ...message, kind: message.kind === 'audio' ? 'video' : 'audio' }),
  (message, random) => ({ ...message, kind: 'data', body: random.bytes(20) }),
  () => ({ kind: 'video', timestampMs: 0, body: flvConfigBody(makeVideoTrack('128x64'), form)! }),
]

test('a good publisher of fifteen frames a GOP leaves whole', () => {
  const { clock, frames, publish, send } = makeStage()
  publish()
  const messages = goodMessages()
  for (const message of messages) {
    clock.advance(Math.max(0, message.timestampMs - clock.nowMs()))
    send(message)
  }
  assert.equal(frames.length, messages.length - 2)
})

test('any wrong messages among good ones leave a rising programme, or end that one session with a reason (seed 11)', () => {
  const runs = Number(process.env['SLUICE_FUZZ'] ?? 150)
  const random = randomFrom(11)
  const good = goodMessages()
  for (let run = 0; run < runs; run++) {
    const { clock, channel, publish, send, state } = makeStage()
    const share = random.int(1, 30) / 100
    publish()
    for (const message of good) {
      clock.advance(random.next() < 0.01 ? random.int(0, 8000) : 12)
      const wrong = random.next() < share ? wrongs[random.int(0, wrongs.length - 1)]!(message, random) : message
      if (wrong !== null) send(wrong)
      if (state.closedBy === null) continue
      assert.match(state.closedBy, /broken (audio|video) message/)
      publish()
    }
    clock.advance(5000)
    channel.close('the test is over')
    assert.equal(clock.pendingTimers, 0)
  }
})
