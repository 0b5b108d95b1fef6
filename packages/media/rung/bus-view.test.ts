import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { type FakeConnection, fakeTransport } from '@sluice/testkit/output'
import { ProgrammeBus } from '../bus/index.ts'
import { AttemptBudget, OutputRunner, type OutputTarget } from '../output/index.ts'
import { BusHistory, maxHistoryBytes } from './bus-history.ts'
import { BusView } from './bus-view.ts'
import { Rung } from './rung.ts'

const stepMs = 40
const target: OutputTarget = {
  url: 'rtmp://there/app',
  streamKey: 'key',
  tlsVerify: true,
  retry: { baseMs: 1000, capMs: 30_000, maxAttempts: null, windowMs: 900_000, autoDisable: null },
  queueMs: 4000,
}
const [video, first, second] = [makeVideoTrack(), makeAudioTrack(), makeAudioTrack(1)]

/** A programme of 25 pictures a second with a key frame each second, and an output that is live on it. */
function makeStage() {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const rung = new Rung('source', bus, clock)
  const { open, dials } = fakeTransport(clock)
  const runner = new OutputRunner(target, {
    ...{ clock, open, random: () => 1, fanOuts: rung.fanOuts, onChange: () => {} },
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
  })
  const sound = { tracks: [first] }
  let frame = 0
  const run = (ms: number): void => {
    for (let sent = 0; sent < ms; sent += stepMs) {
      clock.advance(stepMs)
      bus.putFrame(makeFrame(video, frame * stepMs, { isKey: frame % 25 === 0, byteCount: 1600 }))
      for (const track of sound.tracks) bus.putFrame(makeFrame(track, frame * stepMs))
      bus.flush()
      frame++
    }
  }
  const connect = (): FakeConnection => {
    run(2000)
    runner.setRunning(true)
    runner.setSource(true, 40_000)
    const connection = dials[0]!.accept()
    run(1000)
    return connection
  }
  return { clock, bus, rung, runner, run, connect, sound, newestMs: () => (frame - 1) * stepMs }
}

const times = (connection: FakeConnection, kind: 'video' | 'audio'): number[] =>
  Buffer.concat(connection.written)
    .toString()
    .split('\n')
    .filter((line) => line.startsWith(kind))
    .map((line) => Number(line.split(' ')[1]))
const isWhole = (all: readonly number[]): boolean => all.every((time, i) => i === 0 || time - all[i - 1]! === stepMs)

test('a delay that is raised holds the media for as long, and nothing of it is missing or twice', () => {
  const { runner, rung, run, connect, newestMs } = makeStage()
  const connection = connect()
  runner.setTarget(target, rung.view({ delayMs: 10_000, audioTrack: null })!.fanOuts)
  run(1000)
  assert.equal(runner.isHolding, true)
  const heldAt = times(connection, 'video').at(-1)!
  run(8000)
  assert.equal(times(connection, 'video').at(-1), heldAt, 'nothing is sent while the delay passes')
  run(4000)
  assert.deepEqual([runner.isHolding, runner.state], [false, 'live'])
  assert.ok(isWhole(times(connection, 'video')) && isWhole(times(connection, 'audio')))
  assert.ok(Math.abs(newestMs() - times(connection, 'video').at(-1)! - 10_000) <= stepMs)
})

test('a delay that is lowered takes effect at once, at a key frame, and what lay between is left out', () => {
  const { runner, rung, run, connect, newestMs } = makeStage()
  const connection = connect()
  runner.setTarget(target, rung.view({ delayMs: 10_000, audioTrack: null })!.fanOuts)
  run(14_000)
  for (const [delayMs, fanOuts] of [
    [4000, rung.view({ delayMs: 4000, audioTrack: null })!.fanOuts],
    [0, rung.fanOuts],
  ] as const) {
    runner.setTarget(target, fanOuts)
    run(1200)
    assert.equal(runner.isChangingRung, false)
    assert.ok(Math.abs(newestMs() - times(connection, 'video').at(-1)! - delayMs) <= stepMs, `${delayMs}`)
  }
  const all = times(connection, 'video')
  assert.ok(all.every((time, i) => i === 0 || time > all[i - 1]!))
  assert.match(Buffer.concat(connection.written).toString(), /head \d+[^\n]*\nvideo \d+ key\n/)
})

test('outputs of one delay share their frames, and a view that nobody is at goes', () => {
  const { rung, run, bus } = makeStage()
  run(2000)
  const view = rung.view({ delayMs: 2000, audioTrack: null })!
  assert.equal(rung.view({ delayMs: 2000, audioTrack: null }), view)
  run(5000)
  assert.equal(view.bus.gop[0]!.bytes, bus.gop.length > 0 ? view.bus.gop[0]!.bytes : null)
  assert.equal(view.delayMs, 2000)
  rung.sweep(new Set([view]))
  assert.equal(rung.longestDelayMs, 2000)
  rung.sweep(new Set())
  assert.equal(rung.longestDelayMs, 0)
})

test('when the source ends, what is left of the delay is still sent, and then nothing can begin there', () => {
  const { rung, run, connect, clock, runner } = makeStage()
  const connection = connect()
  const view = rung.view({ delayMs: 3000, audioTrack: null })!
  runner.setTarget(target, view.fanOuts)
  run(6000)
  const sent = times(connection, 'video').length
  assert.equal(view.hasTail, true)
  clock.advance(2960)
  assert.equal(view.hasTail, true)
  clock.advance(100)
  assert.equal(view.hasTail, false)
  assert.equal(times(connection, 'video').length - sent, 75)
  view.idle()
  assert.equal(view.canBegin, false)
})

test('a splice within what is left of a delay does not end it', () => {
  const { rung, run, bus, clock } = makeStage()
  const view = rung.view({ delayMs: 3000, audioTrack: null })!
  run(4000)
  bus.splice([video, first])
  clock.advance(3010)
  assert.equal(view.hasTail, false)
  assert.equal(view.canBegin, true)
  bus.putFrame(makeFrame(video, 9000, { isKey: true }))
  bus.flush()
  assert.equal(view.hasTail, true)
})

test('one audio track is sent as the first; the first one while the programme does not have it, and it comes back', () => {
  const { rung, run, sound, bus } = makeStage()
  sound.tracks = [first, second]
  run(1000)
  const view = rung.view({ delayMs: 0, audioTrack: 1 })!
  const seen: string[] = []
  view.bus.join({
    onTracks() {},
    onSplice() {},
    onFlush() {},
    onFrame: ({ track, dts }) => void seen.push(`${track.kind}${track.id} ${dts}`),
  })
  run(1000)
  assert.equal(view.lacksTrack, false)
  assert.deepEqual(
    view.bus.tracks.map(({ kind, id }) => `${kind}${id}`),
    ['video0', 'audio0'],
  )
  assert.equal(seen.filter((one) => one.startsWith('audio0')).length, 25)
  bus.splice([video, first])
  sound.tracks = [first]
  run(1000)
  assert.equal(view.lacksTrack, true)
  assert.equal(seen.filter((one) => one.startsWith('audio0')).length, 50)
  bus.splice([video, first, second])
  sound.tracks = [first, second]
  run(1000)
  assert.equal(view.lacksTrack, false)
  assert.equal(seen.filter((one) => one.startsWith('audio0')).length, 75)
})

test('without pictures sound is where a delayed output begins, with a track of its own too', () => {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const rung = new Rung('source', bus, clock)
  const views = [null, 1].map((audioTrack) => rung.view({ delayMs: 1000, audioTrack })!)
  for (let i = 0; i < 100; i++) {
    clock.advance(20)
    for (const track of [first, second]) bus.putFrame(makeFrame(track, i * 20))
    bus.flush()
    if (i < 45)
      assert.deepEqual(
        views.map(({ canBegin }) => canBegin),
        [false, false],
      )
  }
  assert.deepEqual(
    views.map(({ canBegin }) => canBegin),
    [true, true],
  )
  assert.deepEqual(
    views.map(({ bus: shown }) => shown.tracks.length),
    [2, 1],
  )
})

test('more than fits into memory is sent sooner, and the delay says so', () => {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const history = new BusHistory(bus, clock)
  const view = new BusView({ delayMs: 60_000, audioTrack: null }, history, clock, undefined)
  for (let i = 0; i < 400; i++) {
    clock.advance(100)
    bus.putFrame(makeFrame(video, i * 100, { isKey: i % 10 === 0, byteCount: 1024 * 1024 }))
    bus.flush()
    assert.ok(history.bytes <= maxHistoryBytes + 12 * 1024 * 1024)
  }
  assert.ok(view.delayMs !== null && view.delayMs > 11_000 && view.delayMs < 15_000, `${view.delayMs}`)
})
