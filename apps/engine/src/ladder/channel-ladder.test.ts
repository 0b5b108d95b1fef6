import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkMessage } from '@sluice/containers/frame-link'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { toOutput } from '../channel/testing/channel-stage.ts'
import { lowRung, makeLadderStage, timesOf } from './testing/ladder-stage.ts'

const rises = (times: readonly number[]): boolean => times.every((time, i) => i === 0 || time > times[i - 1]!)
const steady = (times: readonly number[], stepMs = 40): boolean => times.every((time, i) => i === 0 || time - times[i - 1]! === stepMs)

test('the child starts with the first media, gets spec, source, tracks and the last GOP, and its frames reach the outputs of the rung alone', () => {
  const { all, publish, run, ready, dialOf, dials, rung, specOf, sources, output, clock } = makeLadderStage()
  clock.advance(60_000)
  assert.equal(all.length, 0, 'nothing to encode')
  assert.equal(rung()?.state, 'waiting')
  publish()
  run(400)
  assert.equal(all.length, 1)
  assert.equal(all[0]!.got.length, 0, 'a child that is not ready gets nothing')
  assert.equal(rung()?.state, 'starting')
  run(1200)
  assert.deepEqual(
    dials.map(({ target }) => target.streamKey),
    ['k'],
    'nobody is called for a rung that gives nothing',
  )
  assert.equal(output('x')?.waitingFor, 'encoder')
  ready()
  const [first, second, third, fourth] = all[0]!.got
  assert.equal(first?.type, 'spec')
  assert.equal(second?.type, 'source')
  assert.deepEqual([third?.type, fourth?.type], ['track', 'frame'])
  const spec = specOf(all[0]!)!
  assert.equal(spec.zeroDts, (fourth as LinkMessage & { type: 'frame' }).dts, 'the grid begins at the key frame')
  assert.equal(spec.rungs[0]!.nextDts, null)
  assert.ok(sources(all[0]!)[0]!.liveDts > spec.zeroDts, 'what was cached is decoded alone')
  run(2400)
  assert.equal(rung()?.state, 'running')
  const low = dialOf('kx').accept()
  run(1000)
  assert.equal(output('x')?.state, 'live')
  assert.equal(output('x')?.waitingFor, null)
  assert.ok(timesOf(low, 'video').length > 20)
  assert.ok(rises(timesOf(low, 'video')) && rises(timesOf(low, 'audio')))
})

test('a child that dies is replaced at once: outputs on its rung keep their sessions and go on at a key frame, the source loses nothing', () => {
  const { all, run, ready, start, rung, specOf, named, clock, output } = makeLadderStage()
  const { passed, low } = start()
  run(8000)
  const before = timesOf(low, 'video').length
  all[0]!.end('it ended by SIGKILL')
  assert.equal(rung()?.state, 'starting')
  assert.match(rung()?.reason?.message ?? '', /the encoder failed, it ended by SIGKILL; it restarts now/)
  clock.advance(0)
  assert.equal(all.length, 2)
  run(200)
  ready()
  const nextDts = specOf(all[1]!)!.rungs[0]!.nextDts
  assert.equal(nextDts !== null && nextDts / 90 > timesOf(low, 'video').at(-1)!, true, 'slots go on behind the last frame')
  run(1500)
  assert.equal(rung()?.state, 'running')
  assert.ok(timesOf(low, 'video').length > before)
  assert.ok(rises(timesOf(low, 'video')))
  assert.equal(output('x')?.state, 'live')
  assert.ok(steady(timesOf(passed, 'video')), 'no frame of the pass-through output is missing')
  assert.equal(named('rung.failed').length, 0)
  const [restored] = named('rung.restored')
  assert.match(restored!.message, /^The encoder stopped \(it ended by SIGKILL\) and is back after 0\.\d s/)
  assert.deepEqual(restored!.data.rungs, ['low'])
})

test('children that die in a row wait longer, the third is reported as a failure with the next try, and a child that was well begins anew', () => {
  const { all, run, ready, start, rung, named } = makeLadderStage()
  start()
  run(8000)
  const waits: number[] = []
  const die = (): void => {
    const children = all.length
    all.at(-1)!.end('it ended by SIGSEGV')
    let waitedMs = 0
    for (; all.length === children && waitedMs < 20_000; waitedMs += 40) run(40)
    waits.push(Math.max(0, waitedMs - 40))
    ready()
    run(400)
  }
  for (let i = 0; i < 2; i++) die()
  assert.equal(named('rung.failed').length, 0)
  for (let i = 0; i < 4; i++) die()
  assert.deepEqual(
    waits.map((ms) => Math.round(ms / 1000)),
    [0, 1, 2, 5, 15, 15],
  )
  assert.equal(named('rung.failed').length, 1, 'told once')
  assert.match(named('rung.failed')[0]!.message, /^Rung 360p failed: it ended by SIGSEGV\. .* Next try in 2 s\.$/)
  run(6000)
  assert.equal(rung()?.state, 'running')
  die()
  assert.equal(waits.at(-1), 0)
})

test('a child that is stuck while frames wait is ended after 1.2 s, one that beats is not', () => {
  const { all, clock, run, start, rung } = makeLadderStage()
  start()
  run(5000)
  assert.equal(all.length, 1)
  const stuck = all[0]!
  // It is stopped: neither beats nor frames come.
  for (let ms = 0; ms < 1600 && !stuck.isKilled; ms += 40) {
    clock.advance(40)
    stuck.queuedBytes = 1000
  }
  assert.equal(stuck.isKilled, true)
  assert.match(rung()?.reason?.message ?? '', /did not answer for 1\.2 s/)
  clock.advance(40)
  assert.equal(all.length, 2)
})

test('a failover ends the slot of the source and begins the next with the backup, whose cached GOP is encoded too', () => {
  const { all, publish, run, close, start, sources, framesOf, switches } = makeLadderStage()
  start()
  publish('backup')
  run(2000)
  close('primary')
  run(1000)
  assert.equal(switches().at(-1), 'primary backup stopped')
  const [first, second] = sources(all[0]!)
  const ends = all[0]!.got.filter(({ type }) => type === 'end')
  assert.deepEqual(
    ends.map((end) => (end.type === 'end' ? end.slot : 0)),
    [first!.slot],
  )
  const after = framesOf(all[0]!).filter(({ slot }) => slot === second!.slot)
  assert.equal(after[0]!.isKey && after[0]!.kind === 'video', true)
  assert.equal(second!.liveDts, after[0]!.dts)
})

test('rungs come and go with the spec while the child runs; it is ended 10 s after the last one, and after the last media', () => {
  const { all, run, start, setSpec, spec, specOf, rung, clock } = makeLadderStage()
  const { publisher } = start()
  setSpec({ rungs: [{ ...lowRung, rungId: 'mid', name: '480p' }, lowRung] })
  const [mid, low] = specOf(all[0]!)!.rungs
  assert.deepEqual([mid!.rung.rungId, low!.rung.rungId], ['mid', 'low'], 'in the order of the spec, which is that of importance')
  assert.notEqual(low!.slot, mid!.slot)
  run(400)
  assert.equal(rung('mid')?.state, 'running')
  setSpec({ rungs: [{ ...lowRung, video: { ...lowRung.video!, bitrateKbps: 400 } }] })
  run(1200)
  const last = specOf(all[0]!)!
  assert.deepEqual(
    last.rungs.map(({ slot, rung: { video } }) => [slot, video?.bitrateKbps]),
    [[low!.slot, 400]],
  )
  assert.equal(rung('mid'), undefined)
  // Leftovers of a rung that went are no fault.
  all[0]!.give(mid!.slot, [makeFrame(makeVideoTrack(), 99_000, { isKey: true })])
  assert.equal(all[0]!.isKilled, false)
  setSpec({ rungs: [], outputs: spec().outputs.filter(({ rung: name }) => name === 'source') })
  run(9000)
  assert.equal(all[0]!.isKilled, false)
  run(3000)
  assert.equal(all[0]!.isKilled, true)
  setSpec({ rungs: [lowRung] })
  run(400)
  assert.equal(all.length, 2, 'and back with the next one')
  publisher.end()
  clock.advance(30_000)
  assert.equal(all[1]!.isKilled, true)
})

test('pictures that a slow child has no room for are left out up to the next key frame, sound is not, and the rung says so', () => {
  const { all, run, start, framesOf, rung } = makeLadderStage()
  start()
  const count = (kind: 'video' | 'audio'): number => framesOf(all[0]!, kind).length
  all[0]!.queuedBytes = 4.5 * 1024 * 1024
  const [video, audio] = [count('video'), count('audio')]
  run(400)
  assert.equal(count('video'), video)
  assert.equal(count('audio'), audio + 10)
  all[0]!.queuedBytes = 0
  run(1200)
  const next = framesOf(all[0]!, 'video')[video]!
  assert.equal(next.isKey, true)
  assert.equal(rung()?.state, 'reduced')
  assert.equal(rung()?.reason?.code, 'ENCODER_BEHIND')
  run(12_000)
  assert.equal(rung()?.state, 'running')
})

test('a rung without pictures of its own passes on those of the source, in order with the sound that is encoded', () => {
  const { all, run, start, dialOf, channel, framesOf } = makeLadderStage({}, [{ ...lowRung, video: null }])
  const { low } = start()
  run(2000)
  assert.equal(framesOf(all[0]!, 'video').length, 0, 'the child gets no pictures that no rung takes')
  const { bus } = channel.rungs.get('low')!
  assert.deepEqual(
    bus.tracks.map(({ kind }) => kind),
    ['video', 'audio'],
  )
  const dts = bus.gop.map((frame) => frame.dts)
  assert.ok(rises(timesOf(low, 'video')) && rises(timesOf(low, 'audio')))
  assert.deepEqual(
    dts,
    dts.toSorted((a, b) => a - b),
  )
  assert.equal(dialOf('kx').isClosed, false)
})

test('pictures that pass beside an encoder that died go on, two seconds late', () => {
  const { all, run, start } = makeLadderStage({}, [{ ...lowRung, video: null }])
  const { low } = start()
  all[0]!.end('it ended by SIGKILL')
  const before = timesOf(low, 'video').length
  run(4000)
  assert.ok(timesOf(low, 'video').length >= before + 45, `${timesOf(low, 'video').length - before} pictures`)
  assert.ok(steady(timesOf(low, 'video')))
})

const wrongs: {
  readonly name: string
  readonly says: RegExp
  readonly do: (stage: ReturnType<typeof makeLadderStage>, slot: number) => void
}[] = [
  {
    name: 'a time that does not rise',
    says: /whose time does not rise/,
    do: ({ all, outTracks, framesOf }, slot) => {
      const [track, ms] = [outTracks.video as ReturnType<typeof makeVideoTrack>, framesOf(all[0]!, 'video').at(-1)!.dts / 90]
      all[0]!.give(slot, [makeFrame(track, ms), makeFrame(track, ms)])
    },
  },
  {
    name: 'a slot that it was not given',
    says: /slot 99, which is none of its rungs/,
    do: ({ all }) => all[0]!.give(99, [makeFrame(makeVideoTrack(), 0)]),
  },
  {
    name: 'a second track of a kind',
    says: /audio track 1, a rung has one of each kind/,
    do: ({ all }, slot) => all[0]!.give(slot, [makeFrame(makeAudioTrack(1), 0)]),
  },
  {
    name: 'a time far ahead',
    says: /from far ahead of the source/,
    do: ({ all, outTracks }, slot) => all[0]!.give(slot, [makeFrame(outTracks.video as ReturnType<typeof makeVideoTrack>, 1e9)]),
  },
]
for (const wrong of wrongs) {
  test(`a child that sends ${wrong.name} is ended, and the next one encodes`, () => {
    const stage = makeLadderStage()
    const { passed } = stage.start()
    stage.run(6000)
    const slot = stage.specOf(stage.all[0]!)!.rungs[0]!.slot
    wrong.do(stage, slot)
    assert.equal(stage.all[0]!.isKilled, true)
    assert.match(stage.rung()?.reason?.message ?? '', wrong.says)
    stage.run(80)
    stage.ready()
    stage.run(1200)
    assert.equal(stage.rung()?.state, 'running')
    assert.ok(steady(timesOf(passed, 'video')))
  })
}

test('a GOP at which two children died in a row is left out: the third begins with the next key frame', () => {
  const { all, run, ready, start, framesOf, sources } = makeLadderStage()
  start()
  run(520)
  const die = (): void => {
    all.at(-1)!.end('it ended by SIGABRT')
    for (let children = all.length; all.length === children; ) run(40)
    ready()
  }
  die()
  assert.ok(framesOf(all[1]!).length > 1, 'the second child got the GOP')
  const key = framesOf(all[1]!)[0]!.dts
  all.at(-1)!.end('it ended by SIGABRT')
  run(0)
  // The next one is started a second later: the source has its next key frame by then, and what it gets is not the same GOP.
  for (let children = all.length; all.length === children; ) run(40)
  ready()
  run(1200)
  assert.ok(framesOf(all[2]!)[0]!.isKey)
  assert.ok(framesOf(all[2]!)[0]!.dts > key)
  assert.ok(sources(all[2]!).length > 0)
})

test('a machine that cannot encode says so once, the source goes on and outputs on rungs wait', () => {
  const { all, publish, run, dialOf, rung, output, named } = makeLadderStage()
  publish()
  run(400)
  all[0]!.say({ type: 'hello', problem: 'node-av is not installed' })
  run(30_000)
  assert.equal(all.length, 1)
  assert.equal(rung()?.state, 'failed')
  assert.equal(rung()?.reason?.code, 'ENCODER_UNAVAILABLE')
  assert.equal(named('rung.failed').length, 1)
  assert.equal(output('x')?.waitingFor, 'encoder')
  dialOf('k').accept()
  run(400)
  assert.equal(output('o')?.state, 'live')
})

test('what the child says of one rung is its state, told once a change', () => {
  const { all, run, start, rung, named, specOf, channel, clock } = makeLadderStage()
  start()
  const { slot } = specOf(all[0]!)!.rungs[0]!
  const say = (state: 'running' | 'reduced' | 'off', code = ''): void =>
    all[0]!.say({ type: 'rung', slot, state, code, message: code === '' ? '' : 'this machine is too slow' })
  say('reduced', 'OVERLOAD')
  run(80)
  say('reduced', 'OVERLOAD')
  assert.deepEqual(rung()?.reason, { code: 'OVERLOAD', message: 'this machine is too slow' })
  say('off', 'OVERLOAD')
  say('running')
  assert.equal(rung()?.state, 'running')
  assert.deepEqual([named('rung.reduced').length, named('rung.restored').length], [1, 1])
  say('running', 'NO_AUDIO_IN_SOURCE')
  assert.equal(rung()?.state, 'running')
  assert.equal(rung()?.reason?.code, 'NO_AUDIO_IN_SOURCE')
  channel.stats(clock.nowMs())
  all[0]!.say({ type: 'cost', slot, cpuMs: 250, wallMs: 1000, skippedTotal: 3 })
  run(1000)
  const [stats] = channel.stats(clock.nowMs()).rungs!
  assert.equal(stats!.fps, 25)
  assert.equal(stats!.cpuPercent, 25)
  assert.equal(stats!.skippedTotal, 3)
  assert.ok(stats!.latencyMs!.p50 >= 80 && stats!.latencyMs!.p95 <= 160, JSON.stringify(stats))
})

test('an output on a rung that the spec does not have is refused as an unknown rung', () => {
  const { run, start, setSpec, output } = makeLadderStage()
  start()
  setSpec({ rungs: [], outputs: [toOutput('x', { rung: 'low', streamKey: 'kx' })] })
  run(400)
  assert.equal(output('x')?.reason?.code, 'OUTPUT_RUNG')
})

test('a show that ends leaves nothing to begin with: who connects next waits for a key frame of the next show, and who kept its session goes on', () => {
  const { all, publish, run, start, channel, sources, dialOf } = makeLadderStage()
  const { publisher, low } = start()
  const { bus } = channel.rungs.get('low')!
  assert.equal(channel.rungs.get('low')!.canBegin, true)
  publisher.end()
  run(3000)
  assert.equal(channel.source, 'none')
  assert.equal(channel.rungs.get('low')!.canBegin, false)
  const gone = all[0]!.got.at(-1)
  assert.equal(gone?.type, 'end')
  const before = timesOf(low, 'video').length
  publish()
  run(2000)
  assert.equal(all.length, 1, 'the same encoder goes on')
  assert.equal(sources(all[0]!).length, 2)
  assert.equal(channel.rungs.get('low')!.canBegin, true)
  assert.ok(bus.gop.length > 0)
  assert.ok(timesOf(low, 'video').length > before + 20)
  assert.equal(dialOf('kx').isClosed, false)
  assert.ok(rises(timesOf(low, 'video')))
})

test('an encoder that dies twice with sessions in hardware goes on without them, and the timeline says why [TRN-08]', () => {
  const spec = { ...lowRung, video: { ...lowRung.video!, encoder: 'nvenc' as const } }
  const { all, run, ready, start, specOf, named, rung } = makeLadderStage({}, [spec])
  start()
  run(1000)
  assert.equal(specOf(all[0]!)!.rungs[0]!.rung.video?.encoder, 'nvenc')
  all[0]!.end('it ended by SIGABRT')
  run(200)
  ready()
  run(4000)
  assert.equal(specOf(all[1]!)!.rungs[0]!.rung.video?.encoder, 'nvenc', 'once is no pattern')
  all[1]!.end('it ended by SIGABRT')
  run(200)
  ready()
  run(1500)
  assert.equal(specOf(all[2]!)!.rungs[0]!.rung.video?.encoder, undefined)
  assert.deepEqual([rung()?.state, rung()?.reason?.code], ['running', 'ENCODER_CHANGED'])
  const [changed, ...others] = named('rung.encoder_changed')
  assert.match(changed!.message, /^Rung 360p left the hardware encoder, .*died twice within a minute \(it ended by SIGABRT\)/)
  assert.equal(others.length, 0)
})

test('a rung whose session in hardware fails says so once, and runs', () => {
  const spec = { ...lowRung, video: { ...lowRung.video!, encoder: 'nvenc' as const } }
  const { all, run, start, specOf, named, rung } = makeLadderStage({}, [spec])
  start()
  run(1000)
  const { slot } = specOf(all[0]!)!.rungs[0]!
  const message = 'the processor encodes it: h264_nvenc 640x360: open: Cannot allocate memory'
  for (let i = 0; i < 2; i++) all[0]!.say({ type: 'rung', slot, state: 'running', code: 'ENCODER_CHANGED', message })
  run(1000)
  assert.equal(rung()?.state, 'running')
  assert.equal(rung()?.reason?.message, message)
  assert.equal(named('rung.encoder_changed').length, 1)
})
