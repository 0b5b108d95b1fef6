import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeHevcTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { type FakeConnection, fakeTransport } from '@sluice/testkit/output'
import { randomFrom } from '@sluice/testkit/random'
import { ProgrammeBus } from '../bus/index.ts'
import { AttemptBudget } from './attempt-budget.ts'
import { FanOutSet } from './fan-out-set.ts'
import type { HandoverChange } from './handover.ts'
import type { OutputTarget } from './output-target.ts'
import { type OutputChange, OutputRunner } from './runner.ts'

const minuteMs = 60_000
const target: OutputTarget = {
  url: 'rtmp://there/app',
  streamKey: 'old',
  tlsVerify: true,
  placeNo: 1,
  retry: { baseMs: 1000, capMs: 30_000, maxAttempts: null, windowMs: 15 * minuteMs, autoDisable: { failures: 3, windowMs: 10 * minuteMs } },
  queueMs: 4000,
}
const next: OutputTarget = { ...target, streamKey: 'new', placeNo: 2 }

/** A live output at a programme with a key frame each second. */
function makeLive(options: { budget?: AttemptBudget; fanOutCount?: number } = {}) {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const fanOuts = new FanOutSet(bus, clock)
  const { open, dials } = fakeTransport(clock)
  const changes: OutputChange[] = []
  const moves: HandoverChange[] = []
  const runner = new OutputRunner(target, {
    clock,
    random: () => 1,
    budget: options.budget ?? new AttemptBudget({ capacity: 50, perSecond: 20 }),
    fanOuts,
    open,
    onChange: (change) => changes.push(change),
    onHandover: (change) => moves.push(change),
  })
  const tracks = { video: makeVideoTrack(), audio: makeAudioTrack() }
  let frame = 0
  const run = (ms: number, isKeyAllowed = true): void => {
    for (let sent = 0; sent < ms; sent += 40) {
      clock.advance(40)
      bus.putFrame(makeFrame(tracks.video, frame * 40, { isKey: isKeyAllowed && frame % 25 === 0, byteCount: 1600 }))
      bus.putFrame(makeFrame(tracks.audio, frame * 40))
      bus.flush()
      frame++
    }
  }
  run(400)
  runner.setRunning(true)
  runner.setSource(true, 40_000)
  const old = dials[0]!.accept()
  run(400)
  assert.equal(runner.state, 'live')
  changes.length = 0
  return { clock, bus, fanOuts, dials, changes, moves, runner, tracks, run, old, lastDial: () => dials.at(-1)! }
}

const frames = (connection: FakeConnection): string[] =>
  Buffer.concat(connection.written)
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('head'))
const path = (moves: readonly HandoverChange[]): string => moves.map(({ to }) => to).join(' ')

test('a live output whose key changes opens the new session first, cuts at the key frame and ends the old one, live all along [OUT-12]', () => {
  const { runner, run, dials, old, changes, moves, clock } = makeLive()
  const liveSinceMs = runner.liveSinceMs
  assert.equal(runner.setTarget(next), 'beside')
  assert.equal(dials[1]!.target.streamKey, 'new')
  run(80)
  const fresh = dials[1]!.accept()
  assert.equal(runner.handover?.state, 'cutting')
  assert.equal(runner.placeNo, 1)
  run(40)
  assert.equal(dials[0]!.isClosed, false)
  assert.deepEqual(frames(fresh), [])
  run(1000)
  assert.equal(dials[0]!.isClosed, true)
  assert.equal(runner.placeNo, 2)
  assert.equal(runner.handover, null)
  const all = [...frames(old), ...frames(fresh)]
  assert.match(frames(fresh)[0]!, /^video \d+ key$/)
  assert.deepEqual(
    all,
    Array.from({ length: all.length / 2 }, (_, i) => [`video ${i * 40}${i % 25 === 0 ? ' key' : ''}`, `audio ${i * 40}`]).flat(),
  )
  assert.equal(path(moves), 'opening cutting done')
  assert.deepEqual(changes, [])
  assert.equal(runner.liveSinceMs, liveSinceMs)
  assert.equal(runner.figures(clock.nowMs()).reconnectsTotal, 0)
  assert.ok(runner.figures(clock.nowMs()).framesSentTotal >= all.length)
})

test('the same stream name at the same server is reconnected, as is an output that is not live', () => {
  const live = makeLive()
  assert.equal(live.runner.setTarget({ ...next, streamKey: 'old?token=2' }), 'reconnected')
  assert.equal(live.dials[0]!.isClosed, true)
  assert.equal(live.runner.setTarget(next), 'reconnected')
  assert.equal(live.dials.length, 3)
  assert.deepEqual(live.moves, [])
})

test('a new place that fails leaves the old session live, is retried by the policy, and is given up with what to do first', () => {
  const { runner, run, dials, old, moves, changes, lastDial, clock } = makeLive()
  runner.setTarget(next)
  lastDial().fail('publish-rejected')
  assert.equal(runner.handover?.state, 'backoff')
  assert.equal(runner.handover.nextRetryMs! - clock.nowMs(), 1000)
  assert.match(runner.handover.reason!.hint, /^Check on the platform .* re-arm the output/)
  run(1000)
  assert.equal(runner.handover.state, 'opening')
  assert.equal(runner.handover.attempts, 2)
  lastDial().fail('tcp')
  run(2000)
  lastDial().fail('tcp')
  assert.equal(runner.handover.state, 'failed')
  assert.match(runner.handover.reason!.message, /gave up after 3 failures within 10 min; last: the far end failed: tcp/)
  const count = frames(old).length
  run(minuteMs)
  assert.equal(dials.length, 4)
  assert.equal(runner.state, 'live')
  assert.equal(runner.placeNo, 1)
  assert.equal(frames(old).length, count + (minuteMs / 40) * 2)
  assert.deepEqual(changes, [])
  assert.equal(path(moves), 'opening backoff opening backoff opening backoff failed')
})

for (const kind of ['auth', 'codec'] as const) {
  test(`a new place that fails with ${kind} is not tried again`, () => {
    const { runner, run, dials, lastDial } = makeLive()
    runner.setTarget(next)
    lastDial().fail(kind)
    run(minuteMs)
    assert.equal(runner.handover?.state, 'failed')
    assert.equal(runner.state, 'live')
    assert.equal(dials.length, 2)
  })
}

test('a new place that is not ready within 10 s has failed', () => {
  const { runner, run, dials } = makeLive()
  runner.setTarget(next)
  run(9960)
  assert.equal(runner.handover?.state, 'opening')
  run(80)
  assert.equal(runner.handover?.state, 'backoff')
  assert.equal(runner.handover?.reason?.code, 'OUTPUT_HANDOVER_LATE')
  assert.equal(dials[1]!.isClosed, true)
})

test('without a key frame for 15 s the cut is called off, and the old session misses nothing', () => {
  const { runner, run, old, dials } = makeLive()
  runner.setTarget(next)
  dials[1]!.accept()
  run(14_960, false)
  assert.equal(runner.handover?.state, 'cutting')
  run(80, false)
  assert.equal(runner.handover?.reason?.code, 'OUTPUT_HANDOVER_NO_KEY')
  assert.equal(dials[1]!.isClosed, true)
  run(400, false)
  assert.equal(frames(old).length, (400 + 400 + 14_960 + 80 + 400) / 20)
})

test('retries of handovers take from the same budget as all others [GRD-04]', () => {
  const budget = new AttemptBudget({ capacity: 1, perSecond: 0.1 })
  const { runner, run, dials, clock, lastDial } = makeLive({ budget })
  runner.setTarget(next)
  budget.spend(clock.nowMs())
  lastDial().fail('tcp')
  run(5000)
  assert.equal(runner.handover?.state, 'backoff')
  assert.equal(dials.length, 2)
  run(20_000)
  assert.equal(dials.length, 3)
})

test('the operator forces the switch: the old session ends at once and the new place is opened as usual', () => {
  const { runner, run, dials, changes, lastDial } = makeLive()
  runner.setTarget(next)
  lastDial().fail('auth')
  runner.restart()
  assert.equal(dials[0]!.isClosed, true)
  assert.equal(runner.handover, null)
  assert.equal(lastDial().target.streamKey, 'new')
  lastDial().accept()
  run(400)
  assert.deepEqual(
    changes.map(({ to }) => to),
    ['idle', 'connecting', 'live'],
  )
  assert.equal(runner.placeNo, 2)
})

test('asked back to where it is, an output gives the new place up and stays', () => {
  const { runner, run, dials, lastDial, old } = makeLive()
  runner.setTarget(next)
  lastDial().accept()
  assert.equal(runner.setTarget({ ...target, placeNo: 3 }), 'beside')
  assert.equal(runner.handover, null)
  assert.equal(dials[1]!.isClosed, true)
  run(2000)
  assert.equal(dials.length, 2)
  assert.equal(runner.placeNo, 3)
  assert.equal(frames(old).length, 2800 / 20)
})

test('a third place while the second is under way: the second is given up', () => {
  const { runner, run, dials, lastDial, moves } = makeLive()
  runner.setTarget(next)
  lastDial().accept()
  runner.setTarget({ ...next, streamKey: 'third', placeNo: 3 })
  assert.equal(dials[1]!.isClosed, true)
  lastDial().accept()
  run(1040)
  assert.equal(runner.placeNo, 3)
  assert.equal(path(moves), 'opening cutting opening cutting done')
})

test('an old session that ends while the new one waits for its key frame is followed at once, without a reconnect', () => {
  const { runner, run, dials, changes, moves, clock } = makeLive()
  runner.setTarget(next)
  const fresh = dials[1]!.accept()
  dials[0]!.fail('remote-close')
  assert.equal(runner.state, 'live')
  assert.equal(runner.placeNo, 2)
  assert.match(frames(fresh)[0]!, /key$/)
  run(2000)
  assert.equal(frames(fresh).length, (800 + 2000) / 20)
  assert.deepEqual(changes, [])
  assert.equal(path(moves), 'opening cutting done')
  assert.equal(runner.figures(clock.nowMs()).reconnectsTotal, 0)
  dials[1]!.fail('remote-close')
  assert.equal(runner.state, 'backoff')
})

test('an old session that ends before the new one is ready is retried at the new place', () => {
  const { runner, run, dials, lastDial } = makeLive()
  runner.setTarget(next)
  dials[0]!.fail('remote-close')
  assert.equal(runner.state, 'backoff')
  assert.equal(runner.handover, null)
  assert.equal(dials[1]!.isClosed, true)
  run(1000)
  assert.equal(lastDial().target.streamKey, 'new')
})

test('a new session that is lost in the moment of the cut is retried as a live one is', () => {
  const { runner, bus, dials, clock, tracks, moves } = makeLive()
  runner.setTarget(next)
  dials[1]!.accept()
  bus.putFrame(makeFrame(tracks.video, 5000, { isKey: true }))
  bus.flush()
  dials[1]!.fail('remote-close')
  assert.equal(path(moves), 'opening cutting done')
  assert.equal(dials[0]!.isClosed, true)
  assert.equal(runner.state, 'backoff')
  runner.close()
  assert.equal(clock.pendingTimers, 0)
})

test('after the cut the new session is watched: one that does not read is stalled', () => {
  const { runner, run, dials } = makeLive()
  runner.setTarget(next)
  dials[1]!.accept().isReading = false
  run(1040)
  assert.equal(runner.placeNo, 2)
  run(3200)
  assert.equal(runner.state, 'stalled')
})

test('a source whose codec neither place takes fails the output, and the handover goes with it', () => {
  const { runner, run, tracks, lastDial } = makeLive()
  runner.setTarget(next)
  tracks.video = makeHevcTrack()
  run(80)
  lastDial().accept()
  assert.equal(runner.handover?.reason?.code, 'OUTPUT_CODEC')
  run(400)
  assert.equal(runner.state, 'failed')
  assert.equal(runner.handover, null)
})

for (const moment of ['opening', 'cutting', 'backoff', 'failed'] as const) {
  test(`stopped while a handover is ${moment}, an output leaves no timer, no member and no open connection`, () => {
    const { runner, fanOuts, clock, dials, lastDial } = makeLive()
    runner.setTarget(next)
    if (moment === 'cutting') lastDial().accept()
    if (moment === 'backoff') lastDial().fail('tcp')
    if (moment === 'failed') lastDial().fail('auth')
    assert.equal(runner.handover?.state, moment)
    runner.setRunning(false)
    assert.equal(runner.handover, null)
    assert.ok(dials.every((dial, at) => dial.isClosed || (at > 0 && (moment === 'backoff' || moment === 'failed'))))
    fanOuts.close()
    assert.equal(clock.pendingTimers, 0)
  })
}

test('a source that goes ends the handover; the next session is at the new place', () => {
  const { runner, lastDial, dials } = makeLive()
  runner.setTarget(next)
  lastDial().accept()
  runner.setSource(false, 0)
  assert.ok(dials.every((dial) => dial.isClosed))
  runner.setSource(true, 0)
  assert.equal(lastDial().target.streamKey, 'new')
})

test('whatever happens at new places, every frame reaches exactly one session, in order (seeds 1 to 40)', () => {
  let moves = 0
  for (let seed = 1; seed <= 40; seed++) {
    const { next: random } = randomFrom(seed)
    const stage = makeLive()
    const { runner, run, old } = stage
    const sessions: FakeConnection[] = [old]
    for (let step = 0; step < 30; step++) {
      const pick = random()
      const open = runner.handover?.state === 'opening' ? stage.lastDial() : null
      if (pick < 0.3) runner.setTarget({ ...target, streamKey: `key-${step}`, placeNo: step + 2 })
      else if (pick < 0.6 && open !== null) sessions.push(open.accept())
      else if (pick < 0.75 && runner.handover !== null && !stage.lastDial().isClosed) stage.lastDial().fail('tcp')
      run(40 * Math.ceil(random() * 40))
      // A session that ends in the moment of its cut is a live one that was lost: the test above.
      stage.clock.advance(1)
    }
    moves += stage.moves.filter(({ to }) => to === 'done').length
    const got = sessions.flatMap(frames)
    assert.equal(runner.state, 'live', `seed ${seed}`)
    assert.deepEqual(
      got,
      Array.from({ length: got.length / 2 }, (_, i) => [`video ${i * 40}${i % 25 === 0 ? ' key' : ''}`, `audio ${i * 40}`]).flat(),
      `seed ${seed}`,
    )
  }
  assert.ok(moves > 40, `${moves} moves`)
})
