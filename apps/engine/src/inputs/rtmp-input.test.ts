import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { Frame } from '@sluice/codecs/frame'
import { type FlvKind, flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import type { EventDraft } from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { type PublishRequest, type RtmpServerSession, type RtmpSink, readAmf0, writeAmf0 } from '@sluice/protocols/rtmp'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeTransport } from '@sluice/testkit/output'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import type { Channel } from '../channel/index.ts'
import { openChannel } from '../open-channel.ts'
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
  const events: EventDraft[] = []
  const { open, dials } = fakeTransport(clock)
  const { channel } = openChannel(
    makeChannelSpec({ channelId: 'c', key: 'k', outputs: [makeOutputSpec({ outputId: 'o', url: 'rtmp://x/y' })] }),
    {
      clock,
      log: silentLogger,
      random: () => 0.5,
      budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
      openTransport: open,
      onEvent: (draft) => events.push(draft),
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
  const received = { bytes: 0 }
  const state = { closedBy: null as string | null, sink: null as RtmpSink | null }
  let accepted = 0
  const session: RtmpServerSession = {
    remoteAddress: request.remoteAddress,
    get stats() {
      return { state: 'publishing', connectedAtMs: 0, bytesReceived: received.bytes, bytesSent: 0 } as const
    },
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
  return { clock, channel, frames, publish, send, state, received, events }
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

test('any wrong messages among good ones leave a rising programme, and end no session (seed 11)', () => {
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
      assert.equal(state.closedBy, null)
    }
    clock.advance(5000)
    channel.close('the test is over')
    assert.equal(clock.pendingTimers, 0)
  }
})

const noticesOf = (channel: Channel): string[] =>
  (channel.actual().inputs[0]?.notices ?? []).map(({ code, media, subject }) => `${code} ${media} ${subject}`)

test('one short message in a good stream is noticed, the session stays and no other frame is lost', () => {
  for (const hex of ['af', '17', '2701', '17010000', '', '90', 'ff']) {
    const { clock, channel, frames, publish, send, state } = makeStage()
    publish()
    const messages = goodMessages()
    for (const [i, message] of messages.entries()) {
      clock.advance(Math.max(0, message.timestampMs - clock.nowMs()))
      if (i === 60) send({ kind: hex.startsWith('a') ? 'audio' : 'video', timestampMs: message.timestampMs, body: Buffer.from(hex, 'hex') })
      send(message)
    }
    assert.equal(state.closedBy, null)
    assert.equal(frames.length, messages.length - 2, hex)
    assert.equal(noticesOf(channel).length, 1, hex)
  }
})

test('a session of nothing but broken messages is ended after half a minute, and one with a good frame in between is not', () => {
  for (const [hasGood, closedBy] of [
    [false, 'only broken media arrived for 30 s'],
    [true, null],
  ] as const) {
    const { clock, publish, send, state } = makeStage()
    publish()
    const good = goodMessages()
    for (const message of good.slice(0, 4)) send(message)
    for (let i = 0; i < 400; i++) {
      clock.advance(100)
      send({ kind: 'video', timestampMs: clock.nowMs(), body: Uint8Array.of(0x17) })
      if (hasGood && i % 100 === 0) send({ ...good[3]!, timestampMs: clock.nowMs() })
    }
    assert.equal(state.closedBy, closedBy)
  }
})

test('sound that is not carried and picture that is: the picture goes out, and the sound is named at the input', () => {
  const { clock, channel, frames, publish, send } = makeStage()
  publish()
  for (const message of goodMessages()) {
    clock.advance(Math.max(0, message.timestampMs - clock.nowMs()))
    send(message.kind === 'audio' ? { ...message, body: Buffer.concat([Buffer.of(0x82), message.body]) } : message)
  }
  assert.ok(frames.length > 50 && frames.every(({ track }) => track.kind === 'video'))
  assert.deepEqual(noticesOf(channel), ['codec-not-carried audio G.711 mu-law'])
})

test('bytes that bring no frame are counted and the input is connected, not waiting', () => {
  const { clock, channel, publish, send, state, received } = makeStage()
  publish()
  for (let i = 0; i < 50; i++) {
    clock.advance(40)
    received.bytes += 5000
    send({ kind: 'video', timestampMs: i * 40, body: Uint8Array.of(0x22, 1, 2, 3) })
  }
  assert.equal(state.closedBy, null)
  const [input] = channel.actual().inputs
  assert.deepEqual([input?.state, input?.notices?.[0]?.subject], ['connected', 'Sorenson H.263'])
  const [stats] = channel.stats(clock.nowMs()).inputs
  assert.deepEqual([stats?.bitrateBps, stats?.receivedBps], [0, 1_000_000])
})

test('sound that ends is no fact of the input after ten seconds, one event says so, and it is back with its next frame', () => {
  const { clock, channel, publish, send, events } = makeStage()
  publish()
  const [video, audio] = [makeVideoTrack(), makeAudioTrack()]
  const config = (track: typeof video | typeof audio): Message => ({ kind: track.kind, timestampMs: 0, body: flvConfigBody(track, form)! })
  send(config(video))
  send(config(audio))
  for (const frame of makeMedia({ video, audio, durationMs: 30_000, gopFrames: 15 })) {
    if (frame.track.kind === 'audio' && frame.dts > 5000 * 90 && frame.dts < 25_000 * 90) continue
    const timestampMs = Math.round(frame.dts / 90)
    clock.advance(Math.max(0, timestampMs - clock.nowMs()))
    send({ kind: frame.track.kind, timestampMs, body: Buffer.concat([flvFrameHeader(frame, form)!, frame.bytes]) })
    const isThere = channel.actual().inputs[0]?.audio !== null
    if (timestampMs > 17_000 && timestampMs < 24_000) assert.equal(isThere, false, `${timestampMs}`)
    if (timestampMs > 200 && timestampMs < 14_000) assert.equal(isThere, true, `${timestampMs}`)
  }
  assert.equal(channel.actual().inputs[0]?.audio?.codec, 'aac')
  assert.equal(events.filter(({ name, message }) => name === 'input.changed' && message.includes('ended')).length, 1)
  assert.deepEqual(
    channel.programme.bus.tracks.map(({ kind }) => kind),
    ['video', 'audio'],
  )
})

const cue = (name: string, isSet = false): Uint8Array => writeAmf0([...(isSet ? ['@setDataFrame'] : []), name, { text: 'hello', n: 7 }])

test('cue points and texts reach the programme at their time, and metadata does not', () => {
  const { clock, channel, publish, send } = makeStage()
  const data: { name: unknown; ms: number; isSet: boolean }[] = []
  channel.programme.bus.join({
    onTracks() {},
    onSplice() {},
    onFlush() {},
    onFrame() {},
    onData: ({ dts, body, isSet }) => data.push({ name: readAmf0(body)[0], ms: dts / 90, isSet }),
  })
  publish()
  const messages = goodMessages()
  for (const [i, message] of messages.entries()) {
    clock.advance(Math.max(0, message.timestampMs - clock.nowMs()))
    send(message)
    if (i < 100) continue
    if (i === 100)
      for (const name of ['onCuePoint', 'onMetaData', 'onTextData'])
        send({ kind: 'data', timestampMs: message.timestampMs, body: cue(name) })
    if (i === 101) send({ kind: 'data', timestampMs: message.timestampMs, body: cue('onCaptionInfo', true) })
    if (i === 102) send({ kind: 'data', timestampMs: 0, body: Buffer.from('0300', 'hex') })
  }
  assert.deepEqual(
    data.map(({ name, isSet }) => [name, isSet]),
    [
      ['onCuePoint', false],
      ['onTextData', false],
      ['onCaptionInfo', true],
    ],
  )
  // The programme starts at one second.
  const at = messages[100]!.timestampMs + 1000
  assert.ok(
    data.every(({ ms }) => Math.abs(ms - at) < 60),
    `${data.map(({ ms }) => ms)} near ${at}`,
  )
  assert.deepEqual(noticesOf(channel), ['broken-left-out data data messages that are not AMF0'])
  const actual = channel.actual()
  assert.deepEqual([actual.inputs[0]?.data, actual.playback], [['amf0'], undefined])
})

test('timed data has a bound in size and in rate, and what is over it is named', () => {
  const { clock, channel, publish, send } = makeStage()
  let passed = 0
  channel.programme.bus.join({ onTracks() {}, onSplice() {}, onFlush() {}, onFrame() {}, onData: () => passed++ })
  publish()
  for (const message of goodMessages().slice(0, 60)) {
    clock.advance(Math.max(0, message.timestampMs - clock.nowMs()))
    send(message)
  }
  for (let i = 0; i < 1000; i++) send({ kind: 'data', timestampMs: 0, body: cue('onCuePoint') })
  send({ kind: 'data', timestampMs: 0, body: writeAmf0(['onImageData', 'x'.repeat(100_000)]) })
  send({ kind: 'data', timestampMs: 0, body: writeAmf0(['two words\u0007', 1]) })
  assert.equal(passed, 50)
  assert.deepEqual(noticesOf(channel), [
    'data-not-carried data more than 50 data messages a second',
    'data-not-carried data data messages above 32 kB',
    'data-not-carried data data messages without a valid name',
  ])
})

test('video without a second key frame is told after twelve seconds', () => {
  const { clock, channel, publish, send } = makeStage()
  publish()
  const video = makeVideoTrack()
  send({ kind: 'video', timestampMs: 0, body: flvConfigBody(video, form)! })
  for (const frame of makeMedia({ video, durationMs: 15_000, gopFrames: 100_000 })) {
    const timestampMs = Math.round(frame.dts / 90)
    clock.advance(Math.max(0, timestampMs - clock.nowMs()))
    send({ kind: 'video', timestampMs, body: Buffer.concat([flvFrameHeader(frame, form)!, frame.bytes]) })
  }
  assert.deepEqual(noticesOf(channel), ['key-frame-missing video none for more than 12 s'])
})

test('outputs of a source that never sends a configuration say that they wait for it', () => {
  const { clock, channel, publish, send } = makeStage()
  assert.equal(channel.actual().outputs[0]?.waitingFor, 'media')
  publish()
  for (const message of goodMessages().slice(2)) {
    clock.advance(Math.max(0, message.timestampMs - clock.nowMs()))
    if (message.kind === 'video') send(message)
  }
  const [output] = channel.actual().outputs
  assert.deepEqual([output?.state, output?.waitingFor], ['idle', 'video-config'])
  assert.equal(typeof output?.waitingSince, 'string')
  assert.deepEqual(noticesOf(channel), ['config-missing video H.264'])
})

test('an output of a source that is on the air lacks nothing', () => {
  const { clock, channel, publish, send } = makeStage()
  publish()
  for (const message of goodMessages()) {
    clock.advance(Math.max(0, message.timestampMs - clock.nowMs()))
    send(message)
  }
  const [output] = channel.actual().outputs
  assert.deepEqual([output?.waitingFor, output?.waitingSince, output?.leavesOut], [null, null, undefined])
})
