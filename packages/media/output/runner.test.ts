// long because: one stage for all tests of the runner, from its moves to its retries
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeHevcTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { type FakeConnection, fakeTransport } from '@sluice/testkit/output'
import fc from 'fast-check'
import { ProgrammeBus } from '../bus/index.ts'
import { AttemptBudget } from './attempt-budget.ts'
import { FanOutSet } from './fan-out-set.ts'
import type { OutputTarget } from './output-target.ts'
import { type OutputChange, OutputRunner } from './runner.ts'

const minuteMs = 60_000
const target: OutputTarget = {
  url: 'rtmp://there/app',
  streamKey: 'key',
  tlsVerify: true,
  retry: { baseMs: 1000, capMs: 30_000, maxAttempts: null, windowMs: 15 * minuteMs, autoDisable: { failures: 4, windowMs: 10 * minuteMs } },
  queueMs: 4000,
}

/** One output at a programme that runs as long as `run` is called. `draw` is the chance of all backoffs. */
function makeStage(options: { draw?: number; budget?: AttemptBudget } = {}) {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const fanOuts = new FanOutSet(bus, clock)
  const { open, dials } = fakeTransport(clock)
  const changes: OutputChange[] = []
  const runner = new OutputRunner(target, {
    clock,
    random: () => options.draw ?? 1,
    budget: options.budget ?? new AttemptBudget({ capacity: 50, perSecond: 20 }),
    fanOuts,
    open,
    onChange: (change) => changes.push(change),
  })
  const tracks = { video: makeVideoTrack(), audio: makeAudioTrack() }
  let frame = 0
  /** Media for `ms`: 25 frames a second, a key frame each second, 40 kB/s. */
  const run = (ms: number, onFrame?: () => void): void => {
    for (let sent = 0; sent < ms; sent += 40) {
      clock.advance(40)
      bus.putFrame(makeFrame(tracks.video, frame * 40, { isKey: frame % 25 === 0, byteCount: 1600 }))
      bus.putFrame(makeFrame(tracks.audio, frame * 40))
      bus.flush()
      frame++
      onFrame?.()
    }
  }
  const path = (): string => [changes[0]?.from, ...changes.map(({ to }) => to)].join(' ')
  const goLive = (): FakeConnection => {
    run(400)
    runner.setRunning(true)
    runner.setSource(true, 40_000)
    const connection = dials.at(-1)!.accept()
    run(400)
    assert.equal(runner.state, 'live')
    return connection
  }
  return { clock, bus, fanOuts, dials, changes, runner, tracks, run, path, goLive, lastDial: () => dials.at(-1)! }
}

test('an output waits for the source, connects once and is live only after the far end has taken media [OUT-15]', () => {
  const { runner, dials, run, path } = makeStage()
  run(400)
  runner.setRunning(true)
  assert.equal(runner.state, 'idle')
  runner.setSource(true, 0)
  runner.setSource(true, 0)
  assert.equal(dials.length, 1)
  const connection = dials[0]!.accept({ isReading: false })
  run(2000)
  assert.equal(runner.state, 'connecting')
  connection.isReading = true
  connection.drain()
  run(400)
  assert.equal(path(), 'stopped idle connecting live')
  assert.ok(runner.liveSinceMs !== null && runner.liveSinceMs >= 2400)
})

test('a far end that stops reading is stalled within 5 s, and live again when it reads', () => {
  const { run, goLive, runner, changes, path } = makeStage()
  const connection = goLive()
  connection.isReading = false
  run(2900)
  assert.equal(runner.state, 'stalled')
  assert.match(runner.reason!.message, /does not read: nothing was sent for 2\.\d s/)
  assert.equal(changes.at(-1)!.reason!.kind, 'stall')
  connection.isReading = true
  connection.drain()
  run(400)
  assert.equal(path(), 'stopped idle connecting live stalled live')
  assert.equal(runner.reason, null)
})

test('a far end whose acknowledgements stop is stalled within 5 s, though the kernel takes everything', () => {
  const { run, goLive, runner } = makeStage()
  const connection = goLive()
  const big = (): void => connection.write(new Uint8Array(8000))
  for (let i = 0; i < 10; i++) {
    run(1000, big)
    connection.acknowledge()
  }
  assert.equal(runner.state, 'live')
  run(4400, big)
  assert.equal(runner.state, 'stalled')
  assert.match(runner.reason!.message, /no acknowledgement for 4\.\d s/)
})

test('a stall that lasts 10 s more opens the connection anew', () => {
  const { run, goLive, runner, dials, path } = makeStage()
  goLive().isReading = false
  run(13_200)
  assert.equal(runner.state, 'backoff')
  assert.equal(dials[0]!.isClosed, true)
  assert.equal(path(), 'stopped idle connecting live stalled backoff')
  run(1000)
  assert.equal(dials.length, 2)
})

test('backoff doubles to its cap with each failure, and starts low again after the output was live for 30 s', () => {
  const stage = makeStage()
  const { run, runner, clock, lastDial } = stage
  stage.goLive()
  runner.setTarget({ ...target, retry: { ...target.retry, autoDisable: null } })
  const waits = [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].map(() => {
    lastDial().fail('remote-close')
    const waitMs = runner.nextRetryMs! - clock.nowMs()
    run(waitMs)
    assert.equal(runner.state, 'connecting')
    return waitMs
  })
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  assert.equal(runner.figures(clock.nowMs()).reconnectsTotal, 0, 'a try that fails is no reconnect')
  lastDial().accept()
  run(31_000)
  assert.equal(runner.figures(clock.nowMs()).reconnectsTotal, 1)
  lastDial().fail('remote-close')
  assert.equal(runner.nextRetryMs! - clock.nowMs(), 1000)
})

test('an output that fails too often is disabled with its reason until it is armed again [GRD-03]', () => {
  const { run, runner, dials, changes, goLive, lastDial } = makeStage()
  goLive()
  for (let i = 0; i < 4; i++) {
    lastDial().fail('tcp')
    run(9000)
  }
  assert.equal(runner.state, 'disabled')
  assert.equal(runner.reason!.code, 'OUTPUT_DISABLED')
  assert.match(runner.reason!.message, /disabled after 4 failures within 10 min; last: the far end failed: tcp/)
  const count = dials.length
  run(minuteMs)
  assert.equal(dials.length, count)
  runner.setSource(false, 0)
  runner.setSource(true, 0)
  assert.equal(runner.state, 'disabled')
  runner.rearm()
  assert.equal(runner.state, 'connecting')
  assert.equal(runner.attempts, 1)
  assert.equal(changes.at(-1)!.reason, null)
})

for (const kind of ['auth', 'codec'] as const) {
  test(`a failure of kind ${kind} is never retried blindly`, () => {
    const { run, runner, dials, goLive, lastDial } = makeStage()
    goLive()
    lastDial().fail(kind)
    run(minuteMs)
    assert.equal(runner.state, 'failed')
    assert.equal(dials.length, 1)
    runner.restart()
    assert.equal(runner.state, 'connecting')
  })
}

for (const kind of ['dns', 'tcp', 'tls', 'handshake', 'publish-rejected', 'duplicate-publisher', 'stall', 'remote-close'] as const) {
  test(`a failure of kind ${kind} is tried again and has its advice`, () => {
    const { runner, goLive, lastDial } = makeStage()
    goLive()
    lastDial().fail(kind)
    assert.equal(runner.state, 'backoff')
    assert.equal(runner.reason!.kind, kind)
    assert.ok(runner.reason!.hint.length > 20)
  })
}

test('retries of many outputs share one budget [GRD-04]', () => {
  const budget = new AttemptBudget({ capacity: 1, perSecond: 0.1 })
  const { run, runner, dials, clock, goLive, lastDial } = makeStage({ budget })
  goLive()
  budget.spend(clock.nowMs())
  lastDial().fail('tcp')
  run(5000)
  assert.equal(runner.state, 'backoff')
  assert.equal(dials.length, 1)
  assert.ok(runner.nextRetryMs! > clock.nowMs())
  run(20_000)
  assert.equal(dials.length, 2)
})

test('a changed place reconnects an output that is not live yet once; changed rules do not', () => {
  const { runner, dials, run } = makeStage()
  run(400)
  runner.setRunning(true)
  runner.setSource(true, 0)
  assert.equal(runner.setTarget({ ...target, queueMs: 8000, retry: { ...target.retry, baseMs: 5 } }), 'none')
  assert.equal(dials.length, 1)
  assert.equal(runner.setTarget({ ...target, streamKey: 'other' }), 'reconnected')
  assert.equal(dials[0]!.isClosed, true)
  assert.equal(dials.length, 2)
  assert.equal(dials[1]!.target.streamKey, 'other')
})

test('a changed place of a stopped output is only remembered', () => {
  const { runner, dials } = makeStage()
  runner.setSource(true, 0)
  runner.setTarget({ ...target, url: 'rtmp://elsewhere/app' })
  assert.equal(dials.length, 0)
  runner.setRunning(true)
  assert.equal(dials[0]!.target.url, 'rtmp://elsewhere/app')
})

test('without a source an output rests, and goes on with the source', () => {
  const { runner, dials, run, goLive, path } = makeStage()
  goLive()
  runner.setSource(false, 0)
  assert.equal(dials[0]!.isClosed, true)
  runner.setSource(true, 0)
  dials[1]!.accept()
  run(400)
  assert.equal(path(), 'stopped idle connecting live idle connecting live')
})

test('words of an earlier connection change nothing', () => {
  const { runner, dials, goLive } = makeStage()
  goLive()
  runner.restart()
  dials[0]!.fail('auth')
  dials[0]!.accept()
  assert.equal(runner.state, 'connecting')
})

const moments = {
  connecting: () => {},
  live: (stage: ReturnType<typeof makeStage>) => {
    stage.lastDial().accept()
    stage.run(400)
  },
  stalled: (stage: ReturnType<typeof makeStage>) => {
    stage.lastDial().accept().isReading = false
    stage.run(3500)
  },
  backoff: (stage: ReturnType<typeof makeStage>) => stage.lastDial().fail('tcp'),
  failed: (stage: ReturnType<typeof makeStage>) => stage.lastDial().fail('auth'),
}
for (const [state, bring] of Object.entries(moments)) {
  test(`stopped while ${state}, an output leaves no timer, no member and no open connection`, () => {
    const stage = makeStage()
    stage.run(400)
    stage.runner.setRunning(true)
    stage.runner.setSource(true, 0)
    bring(stage)
    assert.equal(stage.runner.state, state)
    stage.runner.setRunning(false)
    assert.equal(stage.runner.state, 'stopped')
    assert.equal(stage.runner.nextRetryMs, null)
    assert.ok(stage.dials.every((dial) => dial.isClosed || state === 'backoff' || state === 'failed'))
    stage.fanOuts.close()
    assert.equal(stage.clock.pendingTimers, 0)
    stage.run(minuteMs)
    assert.equal(stage.dials.length, 1)
  })
}

test('totals go on over reconnects', () => {
  const { runner, run, clock, goLive, lastDial } = makeStage()
  goLive()
  lastDial().fail('remote-close')
  const before = runner.figures(clock.nowMs())
  run(2000)
  lastDial().accept()
  run(2000)
  const after = runner.figures(clock.nowMs())
  assert.ok(before.bytesTotal > 0 && after.bytesTotal > before.bytesTotal)
  assert.ok(after.framesSentTotal > before.framesSentTotal)
  assert.equal(after.reconnectsTotal, 1)
})

test('a codec that the wire can not carry fails at once, encodes for nobody, and comes back with another codec', () => {
  const { runner, run, tracks, bus, fanOuts, clock, dials, lastDial } = makeStage()
  const h264 = tracks.video
  tracks.video = makeHevcTrack()
  run(400)
  runner.setRunning(true)
  runner.setSource(true, 0)
  lastDial().accept()
  assert.equal(runner.state, 'failed')
  assert.match(runner.reason!.message, /the source's video codec is h265/)
  assert.equal(dials[0]!.isClosed, true)
  let made = 0
  fanOuts.get('text', () => {
    made++
    return { head: () => new Uint8Array(0), frame: () => null, refuses: () => null }
  })
  assert.equal(made, 1, 'the refused fan-out is gone')
  runner.setSource(true, 0)
  assert.equal(runner.state, 'failed')
  tracks.video = h264
  bus.splice([h264, tracks.audio])
  run(1040)
  runner.setSource(true, 0)
  assert.equal(runner.state, 'connecting')
  runner.close()
  fanOuts.close()
  assert.equal(clock.pendingTimers, 0)
})

test('a source that changes to a codec which the wire can not carry fails the output instead of showing it live', () => {
  const { runner, run, tracks, goLive } = makeStage()
  goLive()
  tracks.video = makeHevcTrack()
  run(1400)
  assert.equal(runner.state, 'failed')
  assert.equal(runner.reason!.code, 'OUTPUT_CODEC')
})

test('a far end that takes the connection and never a byte of media is never live, and stalled within 5 s [OUT-03]', () => {
  for (const first of [{ isDeaf: true }, { isReading: false }]) {
    const { run, runner, lastDial, path } = makeStage()
    run(400)
    runner.setRunning(true)
    runner.setSource(true, 40_000)
    lastDial().accept(first)
    run(5000)
    assert.equal(path(), 'stopped idle connecting stalled', JSON.stringify(first))
    assert.equal(runner.liveSinceMs, null)
  }
})

test('an output is live with the acknowledgement of the first key frame, and not with what came before it [OUT-03]', () => {
  const { run, runner, lastDial } = makeStage()
  run(400)
  runner.setRunning(true)
  runner.setSource(true, 40_000)
  const connection = lastDial().accept({ isDeaf: true })
  connection.lookTaken = () => null
  run(2000)
  assert.equal(runner.state, 'connecting')
  connection.acknowledge()
  run(400)
  assert.equal(runner.state, 'live')
})

test('where the kernel tells nothing, a far end that acknowledged the handshake alone counts as live after 5 s of bytes that left', () => {
  const { run, runner, lastDial } = makeStage()
  run(400)
  runner.setRunning(true)
  runner.setSource(true, 40_000)
  const connection = lastDial().accept()
  connection.lookTaken = () => null
  Object.defineProperty(connection, 'ackedBytes', { get: () => 0 })
  Object.defineProperty(connection, 'lastAckMs', { get: () => 0 })
  run(4800)
  assert.equal(runner.state, 'connecting')
  run(800)
  assert.equal(runner.state, 'live')
})

test('a stalled output is not live again because the source has nothing to send [OUT-03]', () => {
  const { clock, run, goLive, runner } = makeStage()
  const connection = goLive()
  connection.isDeaf = true
  run(3000)
  assert.equal(runner.state, 'stalled')
  clock.advance(4000)
  assert.equal(runner.state, 'stalled')
  connection.isDeaf = false
  run(800)
  assert.equal(runner.state, 'live')
})

test('a source that hangs and then sends all at once makes no healthy output stalled [OUT-03]', () => {
  const { clock, run, goLive, changes, lastDial } = makeStage()
  const connection = goLive()
  const big = (): void => connection.write(new Uint8Array(16_000))
  for (let i = 0; i < 10; i++) {
    run(1000, big)
    connection.acknowledge()
  }
  clock.advance(6000)
  connection.write(new Uint8Array(3_000_000))
  run(680, big)
  connection.acknowledge()
  run(1000, big)
  assert.equal(lastDial().isClosed, false)
  assert.deepEqual(
    changes.map(({ to }) => to),
    ['idle', 'connecting', 'live'],
  )
})

for (const { mbps, looks } of [
  { mbps: 1, looks: true },
  { mbps: 6, looks: true },
  { mbps: 6, looks: false },
  { mbps: 24, looks: false },
]) {
  const where = looks ? 'with' : 'without'
  test(`a far end that acknowledges as it is asked is asked for a second of ${mbps} Mbit/s, is not in doubt, and is stalled within 5 s once deaf, ${where} looks at the kernel [OUT-03]`, () => {
    const stage = makeStage()
    const bytesPerSecond = (mbps * 1e6) / 8
    const connection = stage.goLive()
    let windowBytes = 256 * 1024
    const windows: number[] = []
    connection.askAcks = (bytes) => {
      windowBytes = bytes
      windows.push(bytes)
    }
    let [taken, acked] = [connection.bytesSent, 0]
    let lastAckMs: number | null = null
    let lookCount = 0
    Object.defineProperty(connection, 'ackedBytes', { get: () => (lastAckMs === null ? null : acked) })
    Object.defineProperty(connection, 'lastAckMs', { get: () => lastAckMs })
    connection.lookTaken = () => {
      lookCount++
      const heldBytes = connection.bytesSent - taken
      return looks ? { takenBytes: taken, heldBytes, isShut: heldBytes > 0, atMs: stage.clock.nowMs() } : null
    }
    const onFrame = (): void => {
      connection.write(new Uint8Array(bytesPerSecond / 25 - 1600))
      stage.runner.setSource(true, bytesPerSecond)
      if (connection.isDeaf) return
      taken = connection.bytesSent
      if (taken - acked < windowBytes) return
      acked = taken
      lastAckMs = stage.clock.nowMs()
    }
    stage.run(10_000, onFrame)
    assert.deepEqual(windows, mbps > 3 ? [bytesPerSecond] : [])
    if (mbps > 3) {
      lookCount = 0
      stage.run(10_000, onFrame)
      assert.equal(lookCount, 0)
    }
    assert.equal(stage.runner.state, 'live')
    connection.isDeaf = true
    stage.run(5000, onFrame)
    assert.equal(stage.runner.state, 'stalled')
  })
}

test('an output that is asked for less by a programme that got thinner learns the new rhythm, and is stalled within 5 s once deaf', () => {
  const stage = makeStage()
  const connection = stage.goLive()
  let windowBytes = 256 * 1024
  connection.askAcks = (bytes) => {
    windowBytes = bytes
  }
  connection.lookTaken = () => null
  let bytesPerSecond = 3_000_000
  let acked = 0
  let lastAckMs: number | null = null
  Object.defineProperty(connection, 'ackedBytes', { get: () => (lastAckMs === null ? null : acked) })
  Object.defineProperty(connection, 'lastAckMs', { get: () => lastAckMs })
  const onFrame = (): void => {
    connection.write(new Uint8Array(bytesPerSecond / 25 - 1600))
    stage.runner.setSource(true, bytesPerSecond)
    if (connection.isDeaf || connection.bytesSent - acked < windowBytes) return
    acked = connection.bytesSent
    lastAckMs = stage.clock.nowMs()
  }
  stage.run(10_000, onFrame)
  bytesPerSecond = 500_000
  stage.run(20_000, onFrame)
  assert.deepEqual([stage.runner.state, windowBytes], ['live', 500_000])
  connection.isDeaf = true
  stage.run(5000, onFrame)
  assert.equal(stage.runner.state, 'stalled')
})

test('whatever a source does, a far end that takes each byte within 2 s is never stalled, and one that takes none is told within 5 s [OUT-03]', () => {
  const phase = fc.record({ kind: fc.constantFrom('steady', 'hang', 'burst'), ms: fc.integer({ min: 200, max: 9000 }) })
  const ends = fc.record({
    tripMs: fc.integer({ min: 20, max: 2000 }),
    acks: fc.boolean(),
    looks: fc.boolean(),
    windowBytes: fc.integer({ min: 2000, max: 400_000 }),
  })
  fc.assert(
    fc.property(fc.array(phase, { minLength: 1, maxLength: 8 }), ends, (phases, far) => {
      const stage = makeStage()
      const connection = stage.goLive()
      const end = makeFarEnd(stage.clock, connection, { ...far, acks: far.acks || !far.looks })
      for (const { kind, ms } of phases) {
        if (kind === 'steady') stage.run(ms, () => end.take())
        else if (kind === 'burst') connection.write(new Uint8Array(ms * 300))
        else for (let t = 0; t < ms; t += 40, stage.clock.advance(40)) end.take()
      }
      assert.ok(!stage.changes.some(({ to }) => to === 'stalled'), JSON.stringify(stage.changes.at(-1)?.reason))
      connection.isDeaf = true
      stage.run(5000)
      // Without looks at the kernel the far end's own rhythm is all there is, and a small bitrate takes long to break it.
      if (far.looks) assert.equal(stage.runner.state, 'stalled')
    }),
    { numRuns: Number(process.env['SLUICE_FUZZ'] ?? 60) },
  )
})

/** A far end that takes each byte `tripMs` after it was sent, and says so when a window of them has come. */
function makeFarEnd(
  clock: FakeClock,
  connection: FakeConnection,
  { tripMs, acks, looks, windowBytes }: { tripMs: number; acks: boolean; looks: boolean; windowBytes: number },
): { take(): void } {
  const sent: { bytes: number; atMs: number }[] = []
  let [taken, acked] = [connection.bytesSent, 0]
  let lastAckMs: number | null = null
  const write = connection.write.bind(connection)
  connection.write = (bytes) => {
    write(bytes)
    sent.push({ bytes: connection.bytesSent, atMs: clock.nowMs() })
  }
  if (looks) {
    connection.lookTaken = () => ({ takenBytes: taken, heldBytes: connection.bytesSent - taken, isShut: false, atMs: clock.nowMs() })
  } else connection.lookTaken = () => null
  if (acks) {
    Object.defineProperty(connection, 'ackedBytes', { get: () => (lastAckMs === null ? null : acked) })
    Object.defineProperty(connection, 'lastAckMs', { get: () => lastAckMs })
  }
  return {
    take(): void {
      if (connection.isDeaf) return
      while (sent[0] !== undefined && clock.nowMs() - sent[0].atMs >= tripMs) taken = sent.shift()!.bytes
      if (taken - acked < windowBytes) return
      acked = taken
      lastAckMs = clock.nowMs()
    },
  }
}
