// long because: all rules of a fan-out are tried at one stage of bus, sinks and clock.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { textFormat } from '@sluice/testkit/output'
import { ProgrammeBus, type ProgrammeData } from '../bus/index.ts'
import { FanOut } from './fan-out.ts'
import type { WireSink } from './fan-out-member.ts'
import { FanOutSet } from './fan-out-set.ts'
import type { WireFormat } from './wire/wire-format.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

type TestSink = WireSink & { written: Uint8Array[]; queuedBytes: number }
const makeSink = (queuedBytes = 0): TestSink => ({
  written: [],
  queuedBytes,
  write(bytes) {
    this.written.push(bytes)
  },
})
const linesOf = (sink: TestSink): string[] => Buffer.concat(sink.written).toString().split('\n').slice(0, -1)

function makeStage(frames: readonly Frame[] = []) {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const fanOut = new FanOut(bus, textFormat(), clock)
  const send = (...more: Frame[]): void => {
    for (const frame of more) bus.putFrame(frame)
    bus.flush()
  }
  if (frames.length > 0) send(...frames)
  return { clock, bus, fanOut, send }
}
const key = (ms: number): Frame => makeFrame(video, ms, { isKey: true })
const delta = (ms: number): Frame => makeFrame(video, ms)

test('all members get the same buffers, one a flush', () => {
  const { fanOut, send } = makeStage([key(0)])
  const [a, b] = [makeSink(), makeSink()]
  fanOut.join(a, 1e6)
  fanOut.join(b, 1e6)
  send(delta(33), makeFrame(audio, 40), delta(66))
  assert.equal(a.written.length, b.written.length)
  for (const [i, bytes] of a.written.entries()) assert.equal(bytes, b.written[i])
  assert.deepEqual(linesOf(a), ['head 0 h264@0', 'video 0 key', 'video 33', 'head 40 h264@33 aac@40', 'audio 40', 'video 66'])
})

test('health is looked at before a turn is written: what is only just given to a connection does not wait for the far end [OUT-03]', () => {
  const { clock, bus, send } = makeStage()
  const set = new FanOutSet(bus, clock)
  const sink = makeSink()
  set.get('rtmp', textFormat).join(sink, 1e6)
  const seen: number[] = []
  set.health.add({ look: () => seen.push(sink.written.length), onFault() {} })
  for (let at = 0; at < 20; at++) {
    clock.advance(33)
    send(at === 0 ? key(0) : delta(at * 33))
    if (seen.length > 0) assert.ok(seen.at(-1)! < sink.written.length, 'the turn was written before the look')
  }
  assert.ok(seen.length >= 2, `${seen.length} looks`)
})

test('joiners of one moment share one buffer, and get head and GOP before what follows', () => {
  const { fanOut, send } = makeStage([key(0), makeFrame(audio, 1), delta(33)])
  const [a, b, c] = [makeSink(), makeSink(), makeSink()]
  fanOut.join(a, 1e6)
  fanOut.join(b, 1e6)
  assert.equal(a.written[0], b.written[0])
  send(delta(66))
  fanOut.join(c, 1e6)
  const all = ['head 0 h264@0 aac@1', 'video 0 key', 'audio 1', 'video 33', 'video 66']
  for (const sink of [a, b, c]) assert.deepEqual(linesOf(sink), all)
})

test('a fan-out made late gives its joiners the GOP of before it was there', () => {
  const { bus, clock } = makeStage([key(0), delta(33)])
  const sink = makeSink()
  new FanOut(bus, textFormat(), clock).join(sink, 1e6)
  assert.deepEqual(linesOf(sink), ['head 0 h264@0', 'video 0 key', 'video 33'])
})

test('a joiner without a GOP waits for the key frame and then gets the head first', () => {
  const { fanOut, send, bus } = makeStage()
  const sink = makeSink()
  bus.splice([video])
  const member = fanOut.join(sink, 1e6)
  sink.written = []
  bus.flush()
  assert.deepEqual(linesOf(sink), [])
  assert.equal(member.needsKey, true)
  send(key(0))
  assert.deepEqual([...new Set(linesOf(sink))], ['head 0 h264@0', 'video 0 key'])
})

test('a member over its bound drops to its next key frame, is counted, and costs the others nothing', () => {
  const { fanOut, send } = makeStage([key(0)])
  const [slow, good] = [makeSink(), makeSink()]
  const member = fanOut.join(slow, 1000)
  fanOut.join(good, 1000)
  send(delta(33))
  slow.queuedBytes = 1001
  send(delta(66))
  send(delta(99), makeFrame(audio, 100))
  send(key(133))
  assert.equal(member.needsKey, true, 'still over half its bound')
  slow.queuedBytes = 500
  send(delta(166))
  send(key(200))
  send(delta(233))
  assert.deepEqual(linesOf(slow), ['head 0 h264@0', 'video 0 key', 'video 33', 'head 200 h264@166 aac@100', 'video 200 key', 'video 233'])
  assert.equal(member.framesDropped, 5)
  assert.equal(member.framesSent, 4)
  assert.equal(linesOf(good).filter((line) => line.startsWith('video')).length, 8)
})

test('a member just at its bound gets one batch more: one key frame above the bound can not starve it', () => {
  const { fanOut, send } = makeStage([key(0)])
  const sink = makeSink(1000)
  const member = fanOut.join(sink, 1000)
  send(delta(33))
  assert.equal(member.framesDropped, 0)
})

test('a key frame within a batch: one in step takes the batch in one write, one that waits takes it from the key frame on', () => {
  const { fanOut, bus } = makeStage([key(0)])
  const [sink, slow] = [makeSink(), makeSink()]
  fanOut.join(sink, 1000)
  const member = fanOut.join(slow, 1000)
  slow.queuedBytes = 1001
  bus.putFrame(delta(20))
  bus.flush()
  slow.queuedBytes = 0
  sink.written = []
  for (const frame of [delta(33), key(66), delta(99)]) bus.putFrame(frame)
  bus.flush()
  assert.deepEqual(
    sink.written.map((bytes) => Buffer.from(bytes).toString()),
    ['video 33\nvideo 66 key\nvideo 99\n'],
  )
  assert.deepEqual(linesOf(slow), ['head 0 h264@0', 'video 0 key', 'head 66 h264@33', 'video 66 key', 'video 99'])
  assert.deepEqual([member.framesSent, member.framesDropped], [3, 2])
})

for (const audioBytes of [100, 5000]) {
  test(`a key frame leaves in its own turn though ${audioBytes} bytes of audio came or went just before it`, () => {
    const clock = new FakeClock()
    const bus = new ProgrammeBus()
    const padded: WireFormat = {
      ...textFormat(),
      frame: (frame) => Buffer.concat([textFormat().frame(frame)!, Buffer.alloc(frame.bytes.length, '-'), Buffer.from('\n')]),
    }
    const fanOut = new FanOut(bus, padded, clock)
    const sink = makeSink()
    bus.putFrame(key(0))
    bus.flush()
    // A flush takes 5 ms: far from busy at 25 frames a second, and more than the time since the audio went.
    fanOut.join({ queuedBytes: 0, write: () => clock.advance(5) }, 1e6)
    fanOut.join(sink, 1e6)
    for (let ms = 40; ms < 4000; ms += 40) {
      clock.advance(30)
      bus.putFrame(makeFrame(audio, ms - 5, { byteCount: audioBytes }))
      bus.flush()
      clock.advance(5)
      bus.putFrame(ms % 1000 === 0 ? key(ms) : delta(ms))
      bus.flush()
      assert.equal(linesOf(sink).at(-2), `video ${ms}${ms % 1000 === 0 ? ' key' : ''}`)
    }
  })
}

test('lone audio waits for company, at most 60 ms beside video and 20 ms without', () => {
  const withVideo = makeStage([key(0), makeFrame(audio, 0)])
  const sink = makeSink()
  withVideo.fanOut.join(sink, 1e6)
  sink.written = []
  withVideo.send(makeFrame(audio, 21))
  withVideo.clock.advance(59)
  assert.equal(sink.written.length, 0)
  withVideo.clock.advance(1)
  assert.deepEqual(linesOf(sink), ['audio 21'])

  const alone = makeStage([makeFrame(audio, 0)])
  const listener = makeSink()
  alone.clock.advance(20)
  alone.fanOut.join(listener, 1e6)
  alone.send(makeFrame(audio, 21))
  alone.clock.advance(20)
  assert.deepEqual(linesOf(listener), ['head 0 aac@0', 'audio 0', 'audio 21'])
})

test('without video any batch is a start for a member that dropped', () => {
  const { fanOut, send, clock } = makeStage([makeFrame(audio, 0)])
  const sink = makeSink()
  const member = fanOut.join(sink, 100)
  sink.queuedBytes = 101
  send(makeFrame(audio, 21))
  clock.advance(20)
  assert.equal(member.needsKey, true)
  sink.queuedBytes = 0
  send(makeFrame(audio, 42))
  clock.advance(20)
  assert.equal(linesOf(sink).at(-1), 'audio 42')
})

test('flushes that cost too much of the time between frames are gathered for 40 ms', () => {
  const { fanOut, send, clock } = makeStage([key(0)])
  const sink = makeSink()
  const costly: WireSink = { queuedBytes: 0, write: () => clock.advance(30) }
  fanOut.join(costly, 1e6)
  fanOut.join(sink, 1e6)
  for (let i = 1; i <= 60; i++) {
    clock.advance(3)
    send(delta(i * 33))
  }
  const before = sink.written.length
  send(delta(9000))
  assert.equal(sink.written.length, before)
  clock.advance(40)
  assert.equal(sink.written.length, before + 1)
  assert.equal(linesOf(sink).filter((line) => line.startsWith('video')).length, 62, 'nothing is lost by gathering')
})

test('changed tracks send a new head to all before the frames that need it', () => {
  const { fanOut, send } = makeStage([key(0)])
  const sink = makeSink()
  fanOut.join(sink, 1e6)
  send(makeFrame(makeVideoTrack('128x64'), 33, { isKey: true }))
  assert.deepEqual(linesOf(sink), ['head 0 h264@0', 'video 0 key', 'head 33 h264@33', 'video 33 key'])
})

test('heads are stamped with a time that no track steps back from, at a splice and for one that comes back after a drop', () => {
  const { fanOut, send, bus } = makeStage([key(0)])
  const [good, slow] = [makeSink(), makeSink()]
  fanOut.join(good, 100)
  fanOut.join(slow, 100)
  slow.queuedBytes = 101
  send(delta(33))
  slow.queuedBytes = 0
  send(key(3_600_000))
  bus.splice([video])
  send(key(3_600_100))
  assert.deepEqual(linesOf(slow).slice(2), ['head 3600000 h264@33', 'video 3600000 key', 'head 3600100 h264@3600100', 'video 3600100 key'])
  assert.deepEqual(linesOf(good).slice(-2), ['head 3600100 h264@3600100', 'video 3600100 key'])
})

test('frames that the wire does not carry are passed over and do not move the GOP out of step', () => {
  const { fanOut, send } = makeStage([key(0), makeFrame(makeAudioTrack(1), 1), delta(33)])
  const [early, late] = [makeSink(), makeSink()]
  fanOut.join(early, 1e6)
  send(makeFrame(makeAudioTrack(1), 40), delta(66))
  fanOut.join(late, 1e6)
  assert.deepEqual(linesOf(late), ['head 0 h264@0 aac@1', 'video 0 key', 'video 33', 'video 66'])
})

test('what joins late gets exactly what is cached, over many GOPs, splices and audio alone', () => {
  const { fanOut, send, bus } = makeStage()
  const frames = makeMedia({ video, audio, durationMs: 6000, gopFrames: 30 })
  frames.forEach((frame, i) => {
    if (i === 200) bus.splice([video, audio])
    send(frame)
    if (i % 37 !== 0) return
    const sink = makeSink()
    const member = fanOut.join(sink, 1e6)
    const cached = bus.gop.map(
      ({ track, dts, isKey }) => `${track.kind} ${Math.round(dts / 90)}${isKey && track.kind === 'video' ? ' key' : ''}`,
    )
    assert.deepEqual(
      linesOf(sink).filter((line) => !line.startsWith('head')),
      cached,
    )
    fanOut.leave(member)
  })
})

test('the set shares a fan-out by wire, and sweeps those that nobody is at', () => {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const set = new FanOutSet(bus, clock)
  const one = set.get('text', textFormat)
  assert.equal(set.get('text', textFormat), one)
  const member = one.join(makeSink(), 1e6)
  set.sweep()
  assert.equal(set.get('text', textFormat), one)
  one.leave(member)
  set.sweep()
  assert.notEqual(set.get('text', textFormat), one)
  bus.putFrame(makeFrame(audio, 0))
  bus.flush()
  set.close()
  assert.equal(clock.pendingTimers, 0)
})

const shown = (sink: TestSink): string[] => linesOf(sink).filter((line) => !line.startsWith('head'))

for (const wires of ['the same wire', 'two wires'] as const) {
  test(`a cut at the key frame over ${wires}: the old sink gets all before it, the new one that frame and all after, none twice [OUT-12]`, () => {
    const { bus, clock, fanOut, send } = makeStage([key(0)])
    const other = wires === 'the same wire' ? fanOut : new FanOut(bus, textFormat(), clock)
    const [old, fresh, beside] = [makeSink(), makeSink(), makeSink()]
    const member = fanOut.join(old, 1e6)
    fanOut.join(beside, 1e6)
    // Audio that waits for company when the cut is armed belongs to the old one.
    bus.putFrame(makeFrame(audio, 20))
    let began = 0
    fanOut.leaveAtKey(member)
    const newcomer = other.joinAtKey(fresh, 1e6, () => began++)
    send(delta(33), makeFrame(audio, 40), delta(66))
    assert.equal(began, 0)
    assert.deepEqual(shown(fresh), [])
    bus.putFrame(makeFrame(audio, 90))
    for (const frame of [key(100), makeFrame(audio, 110), delta(133)]) bus.putFrame(frame)
    bus.flush()
    send(key(200))
    assert.equal(began, 1)
    assert.deepEqual(shown(old), ['video 0 key', 'audio 20', 'video 33', 'audio 40', 'video 66', 'audio 90'])
    assert.deepEqual(shown(fresh), ['video 100 key', 'audio 110', 'video 133', 'video 200 key'])
    assert.match(linesOf(fresh)[0]!, /^head 100 /)
    assert.deepEqual(shown(beside), [...shown(old), ...shown(fresh)])
    assert.equal(newcomer.framesDropped, 0)
  })
}

test('a cut that is taken back before its key frame leaves the old sink where it was', () => {
  const { fanOut, send } = makeStage([key(0)])
  const [old, fresh] = [makeSink(), makeSink()]
  const member = fanOut.join(old, 1e6)
  fanOut.leaveAtKey(member)
  fanOut.leave(fanOut.joinAtKey(fresh, 1e6, () => assert.fail('it began')))
  fanOut.stay(member)
  send(key(100), delta(133))
  assert.deepEqual(shown(old), ['video 0 key', 'video 100 key', 'video 133'])
  assert.deepEqual(fresh.written, [])
  assert.equal(fanOut.memberCount, 1)
})

test('an old sink that had gone already comes back at the next key frame, and keeps its fan-out until it is let go', () => {
  const { fanOut, send } = makeStage([key(0)])
  const old = makeSink()
  const member = fanOut.join(old, 1e6)
  fanOut.leaveAtKey(member)
  send(key(100))
  assert.equal(fanOut.memberCount, 1)
  fanOut.stay(member)
  send(delta(133), key(200))
  assert.deepEqual(shown(old), ['video 0 key', 'video 200 key'])
  fanOut.leave(member)
  assert.equal(fanOut.memberCount, 0)
})

test('a key frame of a further video track is no place to cut or to come back at', () => {
  const second = { ...video, id: 1 }
  const { fanOut, send } = makeStage([key(0)])
  const fresh = makeSink()
  fanOut.joinAtKey(fresh, 1e6, () => {})
  send(makeFrame(second, 50, { isKey: true }), delta(66))
  assert.deepEqual(fresh.written, [])
  send(key(100))
  assert.deepEqual(shown(fresh), ['video 100 key'])
})

test('without video any frame is a place to cut at', () => {
  const { clock, fanOut, send } = makeStage([makeFrame(audio, 0)])
  const [old, fresh] = [makeSink(), makeSink()]
  fanOut.leaveAtKey(fanOut.join(old, 1e6))
  fanOut.joinAtKey(fresh, 1e6, () => {})
  for (let ms = 20; ms < 60; ms += 20) {
    send(makeFrame(audio, ms))
    clock.advance(20)
  }
  assert.deepEqual([shown(old), shown(fresh)], [['audio 0'], ['audio 20', 'audio 40']])
})

test('the time from a frame’s arrival to its write is taken once a flush; frames that were made here have none [LAT-04]', () => {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const set = new FanOutSet(bus, clock)
  const fanOut = set.get('text', textFormat)
  bus.putFrame({ ...key(0), readMs: 0 })
  bus.flush()
  assert.equal(set.processing.read(0), null, 'nobody takes it')
  for (let i = 0; i < 3; i++) fanOut.join(makeSink(), 1e6)
  clock.advance(100)
  bus.putFrame({ ...delta(33), readMs: 88 })
  bus.putFrame({ ...delta(66), readMs: 99 })
  bus.flush()
  assert.deepEqual(set.processing.read(clock.nowMs()), { p50Ms: 12, p95Ms: 12, p99Ms: 12, samples: 1 })
  bus.putFrame(delta(99))
  bus.flush()
  assert.equal(set.processing.read(clock.nowMs())?.samples, 1)
})

const cue = (ms: number, bytes = 4): ProgrammeData => ({
  track: { kind: 'data', id: 0, codec: 'amf0' },
  dts: ms * 90,
  body: new Uint8Array(bytes),
  isSet: false,
})

test('timed data goes to all members between the frames that it came between, and not to who joins later', () => {
  const { fanOut, bus, send } = makeStage([key(0)])
  const [early, late] = [makeSink(), makeSink()]
  fanOut.join(early, 1e6)
  bus.putFrame(delta(33))
  bus.putData(cue(40))
  send(delta(66))
  fanOut.join(late, 1e6)
  assert.deepEqual(linesOf(early).slice(-3), ['video 33', 'data 40', 'video 66'])
  assert.ok(!linesOf(late).includes('data 40'))
})

test('timed data without frames goes out soon, and what a stalled source piles up is bounded', () => {
  const { clock, fanOut, bus } = makeStage([key(0)])
  const sink = makeSink()
  fanOut.join(sink, 1e6)
  const before = sink.written.length
  for (let i = 0; i < 100_000; i++) bus.putData(cue(10))
  bus.flush()
  clock.advance(100)
  const bytes = sink.written.slice(before).reduce((sum, one) => sum + one.length, 0)
  assert.ok(bytes > 0 && bytes <= 64 * 1024, `${bytes} bytes`)
})

test('a wire without a place for timed data says so once some came', () => {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const { data: _, ...plain } = textFormat()
  const fanOut = new FanOut(bus, plain, clock)
  bus.putFrame(key(0))
  assert.deepEqual(fanOut.leavesOut(), [])
  bus.putData(cue(10))
  assert.deepEqual(fanOut.leavesOut(), ["cue points and text data: this protocol can't carry them"])
})

test('a member tells what it lacks: media, then a key frame, then nothing, and a key frame again after a drop', () => {
  const { fanOut, bus, send } = makeStage()
  const sink = makeSink()
  const member = fanOut.join(sink, 1000)
  assert.equal(fanOut.waitsFor(member), 'media')
  bus.splice([video])
  assert.equal(fanOut.waitsFor(member), 'key-frame')
  send(key(0))
  assert.equal(fanOut.waitsFor(member), null)
  sink.queuedBytes = 5000
  send(delta(33))
  assert.equal(fanOut.waitsFor(member), 'key-frame')
})

test('a track that is dropped is in no head after that, and its next frame brings it back', () => {
  const { fanOut, bus, send } = makeStage([key(0), makeFrame(audio, 1)])
  const sink = makeSink()
  fanOut.join(sink, 1e6)
  bus.dropTrack(audio)
  send(delta(33))
  send(makeFrame(audio, 40), delta(66))
  assert.deepEqual(
    linesOf(sink).filter((line) => line.startsWith('head')),
    ['head 0 h264@0 aac@1', 'head 33 h264@33', 'head 40 h264@33 aac@40'],
  )
})

test('a sink that throws is left alone and told of, and the others get everything', () => {
  const { fanOut, send } = makeStage([key(0)])
  const good = makeSink()
  const bad = fanOut.join({ queuedBytes: 0, write: () => {} }, 1e6)
  fanOut.join(good, 1e6)
  Object.assign(bad.sink, {
    write: () => {
      throw new Error('EMFILE')
    },
  })
  send(delta(33), delta(66))
  assert.deepEqual(linesOf(good), ['head 0 h264@0', 'video 0 key', 'video 33', 'video 66'])
  assert.deepEqual([bad.isBroken, fanOut.isBroken], [true, false])
})

test('a format that throws makes all begin again at the next key frame, and says until then that it is broken', () => {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const format = textFormat()
  const broken = { now: false }
  const fanOut = new FanOut(
    bus,
    {
      ...format,
      head: (...args) => format.head(...args),
      frame(frame) {
        if (broken.now) throw new Error('no such box')
        return format.frame(frame)
      },
    },
    clock,
  )
  const send = (frame: Frame): void => {
    bus.putFrame(frame)
    bus.flush()
  }
  send(key(0))
  const sink = makeSink()
  fanOut.join(sink, 1e6)
  broken.now = true
  send(delta(33))
  broken.now = false
  send(delta(66))
  assert.equal(fanOut.isBroken, true)
  send(key(100))
  assert.equal(fanOut.isBroken, false)
  send(delta(133))
  const lines = linesOf(sink)
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('head')),
    ['video 0 key', 'video 100 key', 'video 133'],
  )
  assert.match(lines[2] ?? '', /^head 100/)
})
