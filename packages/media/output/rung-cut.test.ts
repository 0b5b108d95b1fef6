import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeHevcTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { type FakeConnection, fakeTransport } from '@sluice/testkit/output'
import { ProgrammeBus } from '../bus/index.ts'
import { AttemptBudget } from './attempt-budget.ts'
import { FanOutSet } from './fan-out-set.ts'
import type { OutputTarget } from './output-target.ts'
import { OutputRunner } from './runner.ts'

const stepMs = 40
const target: OutputTarget = {
  url: 'rtmp://there/app',
  streamKey: 'key',
  tlsVerify: true,
  retry: { baseMs: 1000, capMs: 30_000, maxAttempts: null, windowMs: 900_000, autoDisable: null },
  queueMs: 4000,
}

/** A source and a rung that is `lagMs` behind it, key frames a second apart on both; a live output on the first of `start`. */
function makeStage({
  lagMs = 200,
  start = 'source',
  soundAheadMs = 0,
}: {
  lagMs?: number
  start?: 'source' | 'rung'
  soundAheadMs?: number
} = {}) {
  const clock = new FakeClock()
  const buses = { source: new ProgrammeBus(), rung: new ProgrammeBus() }
  const fanOuts = { source: new FanOutSet(buses.source, clock), rung: new FanOutSet(buses.rung, clock) }
  const { open, dials } = fakeTransport(clock)
  const runner = new OutputRunner(target, {
    clock,
    random: () => 1,
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
    fanOuts: fanOuts[start],
    open,
    onChange: () => {},
  })
  const tracks = {
    source: { video: makeVideoTrack(), audio: makeAudioTrack() },
    rung: { video: makeVideoTrack('128x64'), audio: makeAudioTrack() },
  }
  const running = { source: true, rung: true }
  let frame = 0
  const put = (to: 'source' | 'rung', at: number): void => {
    if (at < 0 || !running[to]) return
    buses[to].putFrame(makeFrame(tracks[to].video, at * stepMs, { isKey: at % 25 === 0, byteCount: 1600 }))
    buses[to].putFrame(makeFrame(tracks[to].audio, at * stepMs + (to === 'source' ? soundAheadMs : 0)))
    buses[to].flush()
  }
  const run = (ms: number): void => {
    for (let sent = 0; sent < ms; sent += stepMs) {
      clock.advance(stepMs)
      put('source', frame)
      put('rung', frame - lagMs / stepMs)
      frame++
    }
  }
  run(2400)
  runner.setRunning(true)
  runner.setSource(true, 40_000)
  const connection = dials[0]!.accept()
  run(400)
  assert.equal(runner.state, 'live')
  return { clock, buses, fanOuts, dials, runner, run, running, connection, tracks }
}

const lines = (connection: FakeConnection): string[] =>
  Buffer.concat(connection.written)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
/** Each frame of `kind`, none missing and none twice. */
function assertWhole(connection: FakeConnection, kind: 'video' | 'audio'): void {
  const times = lines(connection)
    .filter((line) => line.startsWith(kind))
    .map((line) => Number(line.split(' ')[1]))
  assert.deepEqual(
    times,
    Array.from({ length: times.length }, (_, i) => times[0]! + i * stepMs),
    kind,
  )
}
const heads = (connection: FakeConnection): number => lines(connection).filter((line) => line.startsWith('head')).length

for (const [from, to] of [
  ['source', 'rung'],
  ['rung', 'source'],
] as const) {
  for (const lagMs of [0, 80, 200, 600]) {
    test(`from the ${from} to the ${to}, ${lagMs} ms apart: one connection, cut at a key frame, no frame missing or twice [OUT-05]`, () => {
      const { runner, run, fanOuts, connection, dials, clock } = makeStage({ lagMs, start: from })
      const headsBefore = heads(connection)
      assert.equal(runner.setTarget(target, fanOuts[to]), 'none')
      assert.equal(runner.isChangingRung, true)
      run(3000)
      assert.equal(runner.isChangingRung, false)
      assert.equal(dials.length, 1)
      assert.equal(runner.state, 'live')
      assertWhole(connection, 'video')
      assertWhole(connection, 'audio')
      const all = lines(connection)
      const headAt = all.flatMap((line, i) => (line.startsWith('head') ? [i] : []))[headsBefore]!
      assert.match(all[headAt + 1]!, /^video \d+ key$/, 'the new rung begins with its own head and a key frame')
      const { framesSentTotal, reconnectsTotal } = runner.figures(clock.nowMs())
      assert.equal(framesSentTotal, all.filter((line) => !line.startsWith('head')).length)
      assert.equal(reconnectsTotal, 0)
      assert.equal(fanOuts[from].memberCount, 0)
      assert.equal(fanOuts[to].memberCount, 1)
    })
  }
}

test('sound that the old rung gave ahead of its pictures does not come again from the new one', () => {
  const { runner, run, fanOuts, connection } = makeStage({ soundAheadMs: 120 })
  runner.setTarget(target, fanOuts.rung)
  run(3000)
  assert.equal(runner.isChangingRung, false)
  assertWhole(connection, 'video')
  const times = lines(connection)
    .filter((line) => line.startsWith('audio'))
    .map((line) => Number(line.split(' ')[1]))
  assert.ok(
    times.every((time, i) => i === 0 || time > times[i - 1]!),
    times.join(' '),
  )
})

test('until the new rung gives anything the output stays where it is, and asked back it never leaves', () => {
  const { runner, run, running, fanOuts, connection, clock, buses } = makeStage()
  buses.rung.splice([])
  running.rung = false
  const headsBefore = heads(connection)
  runner.setTarget(target, fanOuts.rung)
  run(10_000)
  assertWhole(connection, 'video')
  assert.equal(runner.isChangingRung, true)
  runner.setTarget(target, fanOuts.source)
  assert.equal(runner.isChangingRung, false)
  running.rung = true
  run(3000)
  assertWhole(connection, 'video')
  assert.equal(heads(connection), headsBefore)
  runner.close()
  clock.advance(60_000)
  assert.equal(clock.pendingTimers, 0)
})

test('a new rung whose key frame is not where it should be costs pictures, and time does not step back', () => {
  const { runner, run, running, fanOuts, connection, buses, tracks } = makeStage()
  // Its encoder begins anew, with key frames elsewhere.
  running.rung = false
  runner.setTarget(target, fanOuts.rung)
  for (let i = 0; i < 100; i++) {
    run(stepMs)
    buses.rung.putFrame(makeFrame(tracks.rung.video, 2640 + i * stepMs, { isKey: i % 25 === 12 }))
    buses.rung.flush()
  }
  assert.equal(runner.isChangingRung, false)
  const times = lines(connection)
    .filter((line) => line.startsWith('video'))
    .map((line) => Number(line.split(' ')[1]))
  assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]!))
  assert.ok(times.length > 100)
})

test('asked back when it has left, and the new rung gives nothing, the output goes on at the old rung', () => {
  const { runner, run, running, fanOuts, connection, clock } = makeStage()
  runner.setTarget(target, fanOuts.rung)
  running.rung = false
  run(1500)
  assert.equal(runner.isChangingRung, true)
  runner.setTarget(target, fanOuts.source)
  const sent = lines(connection).length
  run(1500)
  assert.ok(lines(connection).length > sent + 20)
  assert.equal(fanOuts.source.memberCount, 1)
  assert.equal(runner.state, 'live')
  const { framesSentTotal } = runner.figures(clock.nowMs())
  assert.equal(framesSentTotal, lines(connection).filter((line) => !line.startsWith('head')).length)
})

test('an old rung that stands still is left with the next key frame of the new one', () => {
  const { runner, run, running, fanOuts, connection } = makeStage({ start: 'rung' })
  running.rung = false
  runner.setTarget(target, fanOuts.source)
  run(8000)
  assert.equal(runner.isChangingRung, false)
  const times = lines(connection)
    .filter((line) => line.startsWith('video'))
    .map((line) => Number(line.split(' ')[1]))
  assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]!))
  assert.ok(times.at(-1)! > 10_000)
})

test('a rung that is closed under its outputs lets them go at once', () => {
  const { runner, run, fanOuts, connection } = makeStage({ start: 'rung' })
  runner.setTarget(target, fanOuts.source)
  fanOuts.rung.close()
  run(2500)
  assert.equal(runner.isChangingRung, false)
  assert.match(lines(connection).at(-2)!, /^video 5\d\d\d/)
})

test('a session that is lost on its way comes back at the new rung, and one that moves to another address takes the rung with it', () => {
  const { runner, run, fanOuts, dials } = makeStage()
  runner.setTarget(target, fanOuts.rung)
  dials[0]!.fail('remote-close')
  run(1200)
  const again = dials[1]!.accept()
  assert.match(lines(again)[1]!, /^video \d+ key$/)
  run(400)
  assert.equal(fanOuts.rung.memberCount, 1)
  assert.equal(fanOuts.source.memberCount, 0)
  assert.equal(runner.setTarget({ ...target, streamKey: 'other' }, fanOuts.source), 'beside')
  dials[2]!.accept()
  run(2500)
  assert.equal(runner.handover, null)
  assert.equal(fanOuts.rung.memberCount, 0)
  assert.equal(fanOuts.source.memberCount, 1)
})

test('the rung changes while the output moves to another address: the move goes on to the new rung', () => {
  const { runner, run, fanOuts, dials } = makeStage()
  const other = { ...target, streamKey: 'other' }
  runner.setTarget(other)
  runner.setTarget(other, fanOuts.rung)
  assert.equal(dials[1]!.isClosed, true)
  dials[2]!.accept()
  run(2500)
  assert.equal(runner.handover, null)
  assert.equal(fanOuts.rung.memberCount, 1)
  assert.equal(fanOuts.source.memberCount, 0)
})

test('a rung in a codec that the destination does not take fails the output with that reason', () => {
  const { runner, run, running, buses, fanOuts, clock } = makeStage()
  running.rung = false
  buses.rung.splice([])
  const hevc = makeHevcTrack()
  const put = (ms: number): void => {
    const frame: Frame = { ...makeFrame(makeVideoTrack(), ms, { isKey: true }), track: hevc }
    buses.rung.putFrame(frame)
    buses.rung.flush()
  }
  runner.setTarget(target, fanOuts.rung)
  for (let i = 0; i < 10; i++) {
    put(10_000 + i * 1000)
    run(40)
  }
  clock.advance(6000)
  assert.equal(runner.state, 'failed')
  assert.match(runner.reason!.message, /h265/)
})
