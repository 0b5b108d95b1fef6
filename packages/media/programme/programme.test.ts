// long because: one stage serves every way that a source can change

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Timer } from '@sluice/base/clock'
import { type InputRole, rankOf } from '@sluice/base/words'
import type { Frame, Track } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { randomFrom } from '@sluice/testkit/random'
import type { SwitchPolicy } from '../switch/index.ts'
import { Programme, type SourceActivation, type SourceSwitch } from './index.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
/** What every publisher here sends: longer than any test's run. */
const media = makeMedia({ video, audio, durationMs: 120_000, gopFrames: 30 })
const triggers = { noKeyFrame: false, bitrateShare: 0, timeStall: false, audioLoss: false }
const policy: SwitchPolicy = { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 0, maxGopMs: 5000, triggers }

/** A programme with a reader at its bus, and publishers whose frames arrive as the clock goes. */
function makeStage(limits: Partial<SwitchPolicy> = {}, roles: readonly InputRole[] = ['primary', 'backup']) {
  let timers = 0
  class CountingClock extends FakeClock {
    override after(delayMs: number, run: () => void): Timer {
      timers++
      return super.after(delayMs, run)
    }
  }
  const clock = new CountingClock()
  const switches: SourceSwitch[] = []
  const frames: { frame: Frame; atMs: number }[] = []
  const splices: (readonly Track[])[] = []
  let flushes = 0
  const activations: SourceActivation[] = []
  const programme = new Programme({
    clock,
    policy: { ...policy, ...limits },
    onSwitch: (change) => switches.push(change),
    onActivated: (activation) => activations.push(activation),
  })
  for (const role of roles) programme.addInput(role)
  programme.bus.join({
    onTracks: (tracks) => splices.push(tracks),
    onSplice: () => {},
    onFrame: (frame) => frames.push({ frame, atMs: clock.nowMs() }),
    onFlush: () => flushes++,
  })
  const sources = new Map<InputRole, { rawMs: number; sinceMs: number; next: number }>()
  const clocks = {
    /** Goes on by `ms`, with frames of every input that runs. */
    run(ms: number): void {
      const endMs = clock.nowMs() + ms
      while (clock.nowMs() < endMs) {
        const stepMs = Math.min(20, endMs - clock.nowMs())
        clock.advance(stepMs)
        for (const [role, source] of [...sources].toSorted(([a], [b]) => rankOf(a) - rankOf(b))) {
          for (; media[source.next]!.dts / 90 < clock.nowMs() - source.sinceMs; source.next++) {
            const one = media[source.next]!
            programme.putFrame(role, { ...one, dts: one.dts + source.rawMs * 90, pts: one.pts + source.rawMs * 90 })
          }
          programme.flush(role)
        }
      }
    },
    open(role: InputRole, rawMs: number): void {
      programme.openInput(role)
      sources.set(role, { rawMs, sinceMs: clock.nowMs(), next: 0 })
    },
    silence(role: InputRole): void {
      sources.delete(role)
    },
    close(role: InputRole): void {
      sources.delete(role)
      programme.closeInput(role)
    },
  }
  /** Exchanges the roles of two inputs and of who publishes to them. */
  const swap = (a: InputRole, b: InputRole): void => {
    const [ofA, ofB] = [sources.get(a), sources.get(b)]
    for (const [role, source] of [
      [a, ofB],
      [b, ofA],
    ] as const) {
      if (source === undefined) sources.delete(role)
      else sources.set(role, source)
    }
    programme.moveInputs(
      new Map([
        [a, b],
        [b, a],
      ]),
    )
  }
  const causes = (): string[] => switches.map(({ from, to, cause }) => `${from} ${to} ${cause}`)
  return { ...clocks, swap, clock, programme, switches, activations, causes, frames, splices, flushes: () => flushes, timers: () => timers }
}

function assertRising(frames: readonly { frame: Frame }[]): void {
  const last = new Map<string, number>()
  for (const { frame } of frames) {
    assert.ok(frame.dts > (last.get(frame.track.kind) ?? -1))
    last.set(frame.track.kind, frame.dts)
  }
}

test('a publisher is on the air with its first key frame, and all of its frames leave', () => {
  const stage = makeStage()
  stage.open('primary', 9_000_000)
  stage.run(1000)
  assert.deepEqual(stage.causes(), ['none primary start'])
  assert.equal(stage.frames.filter(({ frame }) => frame.track.kind === 'video').length, 30)
  assert.equal(stage.frames[0]!.frame.isKey, true)
  assert.ok(stage.flushes() > 40)
})

test('a closed primary gives way at once, at the key frame of the warm backup [FAI-01] [FAI-08]', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.open('backup', 7_777_777)
  stage.run(5500)
  const before = stage.frames.length
  stage.close('primary')
  assert.deepEqual(stage.causes(), ['none primary start', 'primary backup closed'])
  const next = stage.frames[before]!
  assert.deepEqual([next.frame.track.kind, next.frame.isKey, next.atMs], ['video', true, 5500])
  stage.run(2000)
  assertRising(stage.frames)
})

test('a silent primary gives way within the trigger and a tick [FAI-02]', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.open('backup', 1000)
  stage.run(3000)
  stage.silence('primary')
  stage.run(4000)
  const change = stage.switches[1]!
  assert.equal(change.cause, 'silent')
  const silenceMs = change.atMs - change.lastFrameMs!
  assert.ok(silenceMs >= 2500 && silenceMs <= 2550, `${silenceMs} ms`)
})

test('while frames leave the timer rests, and the shortest trigger is met in any phase of it [FAI-02]', () => {
  for (let phaseMs = 0; phaseMs < 200; phaseMs += 10) {
    const stage = makeStage({ triggerMs: 300 })
    stage.open('primary', 0)
    stage.open('backup', 1000)
    stage.run(2000)
    const before = stage.timers()
    stage.run(3000 + phaseMs)
    assert.ok(stage.timers() - before <= 24, `${stage.timers() - before} timers in 3 s`)
    stage.silence('primary')
    stage.run(1000)
    const change = stage.switches[1]!
    const silenceMs = change.atMs - change.lastFrameMs!
    assert.ok(silenceMs >= 300 && silenceMs <= 350, `${silenceMs} ms at ${phaseMs} ms`)
  }
})

test('a decision that throws at the end of a read is told, and the read goes on', () => {
  const clock = new FakeClock()
  const faults: unknown[] = []
  const programme = new Programme({
    clock,
    policy: { ...policy, triggerMs: 300, holdMs: 1000 },
    onSwitch: ({ cause }) => {
      if (cause === 'returned') throw new Error('somebody who hears of switches fails')
    },
    onReaderFault: (error) => faults.push(error),
  })
  for (const role of ['primary', 'backup'] as const) programme.addInput(role)
  programme.openInput('backup')
  for (let ms = 0; ms < 4000; ms += 20) {
    if (ms === 1000) programme.openInput('primary')
    clock.advance(20)
    for (const role of ms < 1000 ? (['backup'] as const) : (['primary', 'backup'] as const)) {
      const one = media.filter(({ dts }) => dts >= ms * 90 && dts < (ms + 20) * 90)
      for (const frame of one) programme.putFrame(role, frame)
      programme.flush(role)
    }
  }
  assert.equal(programme.source, 'primary')
  assert.equal(faults.length, 1)
})

test('the primary returns only after it was clean for the whole hold, and one that comes and goes never does [FAI-05] [FAI-06]', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.open('backup', 1000)
  stage.run(2000)
  stage.close('primary')
  for (let i = 0; i < 12; i++) {
    stage.open('primary', 50_000 * i)
    stage.run(5000)
    stage.close('primary')
    stage.run(500)
  }
  assert.deepEqual(stage.causes(), ['none primary start', 'primary backup closed'])
  stage.open('primary', 0)
  stage.run(29_900)
  assert.equal(stage.programme.source, 'backup')
  stage.run(200)
  assert.deepEqual(stage.causes().slice(2), ['backup primary returned'])
  assertRising(stage.frames)
})

test('a trigger set while the primary is silent acts at once [FAI-09]', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.open('backup', 0)
  stage.run(2000)
  stage.silence('primary')
  stage.run(1500)
  stage.programme.setPolicy({ ...policy, triggerMs: 1000 })
  assert.equal(stage.programme.source, 'backup')
})

test('a locked input keeps the air and comes back to it [FAI-07]', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.open('backup', 0)
  stage.run(2000)
  stage.programme.setPolicy({ ...policy, lock: 'backup' })
  stage.run(100)
  assert.equal(stage.programme.source, 'backup')
  stage.close('backup')
  stage.run(5000)
  assert.equal(stage.programme.source, 'none')
  stage.open('backup', 123)
  stage.run(500)
  assert.equal(stage.programme.source, 'backup')
})

test('many switches at once do not run further ahead than four seconds and a GOP', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.open('backup', 0)
  stage.run(3500)
  for (let i = 0; i < 20; i++) {
    stage.programme.setPolicy({ ...policy, lock: i % 2 === 0 ? 'backup' : 'primary' })
    stage.run(1990)
  }
  assert.equal(stage.switches.length, 21)
  const last = stage.frames.at(-1)!
  const aheadMs = last.frame.dts / 90 - 1000 - last.atMs
  assert.ok(aheadMs < 5100, `ahead by ${aheadMs} ms`)
  assertRising(stage.frames)
})

test('a publisher that returns goes on in the programme time, with a gap as long as it was away', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.run(2000)
  stage.close('primary')
  stage.run(15_000)
  const before = stage.frames.at(-1)!.frame.dts
  stage.open('primary', 4_000_000)
  stage.run(1000)
  assert.deepEqual(stage.causes(), ['none primary start', 'primary none closed', 'none primary start'])
  const gapMs = (stage.frames.find(({ frame }) => frame.dts > before)!.frame.dts - before) / 90
  assert.ok(Math.abs(gapMs - 15_000) < 100, `${gapMs} ms`)
  assertRising(stage.frames)
})

test('the last frames of a source are flushed when it closes, though no end of a read is told', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.run(1000)
  stage.programme.putFrame('primary', makeFrame(video, 1040))
  const before = stage.flushes()
  stage.close('primary')
  assert.equal(stage.flushes(), before + 1)
})

test('audio alone beside announced video starts as a programme of audio, and video joins at its key frame', () => {
  const stage = makeStage()
  stage.programme.openInput('primary')
  stage.programme.putTrack('primary', video)
  for (const frame of makeMedia({ audio, durationMs: 2000 })) {
    stage.clock.advance(1024 / 48)
    stage.programme.putFrame('primary', frame)
  }
  assert.equal(stage.programme.source, 'primary')
  assert.deepEqual(stage.splices.at(-1), [audio])
  stage.programme.putFrame('primary', makeFrame(video, 2000))
  stage.programme.putFrame('primary', makeFrame(video, 2033, { isKey: true }))
  assert.deepEqual(stage.splices.at(-1), [video, audio])
  assert.equal(stage.frames.filter(({ frame }) => frame.track.kind === 'video').length, 1)
})

test('a programme with no open input runs no timer, and none is left when it is closed', () => {
  const stage = makeStage()
  assert.equal(stage.clock.pendingTimers, 0)
  stage.open('primary', 0)
  stage.run(1000)
  stage.close('primary')
  stage.run(100)
  assert.equal(stage.clock.pendingTimers, 0)
  stage.open('primary', 0)
  stage.programme.close()
  assert.equal(stage.clock.pendingTimers, 0)
})

const slateMs = 60_000

test('with nothing left a still picture and silence go on in the programme time, and the primary takes over from it [FAI-13]', () => {
  const stage = makeStage({ slateMs })
  stage.open('primary', 500_000)
  stage.run(5000)
  stage.close('primary')
  const before = stage.frames.length
  assert.equal(stage.frames.length, before)
  stage.run(10_000)
  const slate = stage.frames.slice(before - 2)
  const pictures = slate.filter(({ frame }) => frame.track === video && frame.isKey)
  assert.ok(pictures.length >= 10 && pictures.every(({ frame }) => frame.bytes === pictures[0]!.frame.bytes), `${pictures.length} pictures`)
  const silence = slate.filter(({ frame }) => frame.track === audio)
  assert.ok(Math.abs(silence.length - (10 * 48_000) / 1024) < 5, `${silence.length} packets`)
  stage.open('primary', 0)
  stage.run(2000)
  assert.deepEqual(stage.causes(), ['none primary start', 'primary slate closed', 'slate primary resumed'])
  assertRising(stage.frames)
  const gaps = stage.frames.slice(1).map(({ frame }, i) => (frame.dts - stage.frames[i]!.frame.dts) / 90)
  assert.ok(Math.max(...gaps) < 200, `gap of ${Math.max(...gaps)} ms`)
  const spread = Math.abs(stage.frames.at(-1)!.frame.dts / 90 - 1000 - 17_000)
  assert.ok(spread < 300, `the programme is ${spread} ms off the clock`)
})

test('a backup that dies on the air falls to slate, and back to whoever comes', () => {
  const stage = makeStage({ slateMs })
  stage.open('primary', 0)
  stage.open('backup', 900_000)
  stage.run(3000)
  stage.silence('primary')
  stage.run(3000)
  stage.close('backup')
  stage.run(1000)
  stage.open('backup', 0)
  stage.run(1000)
  const path = ['none primary start', 'primary backup silent', 'backup slate closed', 'slate backup resumed']
  assert.deepEqual(stage.causes(), path)
  assertRising(stage.frames)
})

test('slate ends on purpose at its limit, and a later programme starts without a picture of it', () => {
  const stage = makeStage({ slateMs })
  stage.open('primary', 0)
  stage.run(2000)
  stage.close('primary')
  stage.run(59_900)
  assert.equal(stage.programme.source, 'slate')
  stage.run(200)
  assert.equal(stage.causes().at(-1), 'slate none expired')
  const count = stage.frames.length
  stage.run(5000)
  assert.equal(stage.frames.length, count)
})

test('a take is immediate both ways, without a lock, and the primary then waits for its hold anew', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.open('backup', 1_000_000)
  stage.run(40_000)
  assert.equal(stage.programme.switchTo('backup'), true)
  assert.equal(stage.programme.source, 'backup')
  stage.run(29_000)
  assert.equal(stage.programme.source, 'backup')
  assert.deepEqual(stage.programme.nextReturn, { role: 'primary', leftMs: 1000 })
  assert.equal(stage.programme.switchTo('primary'), true)
  assert.equal(stage.programme.switchTo('primary'), false)
  assert.deepEqual(stage.causes(), ['none primary start', 'primary backup taken', 'backup primary taken'])
})

test('a cut input is silent for its time, and comes back at a key frame after the hold [OPS-11]', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.open('backup', 1000)
  stage.run(5000)
  stage.programme.cut('primary', 15_000)
  stage.run(15_000)
  assert.deepEqual(stage.causes().slice(1), ['primary backup silent'])
  const [, switched] = stage.activations
  assert.ok(switched!.firstFrameMs! - switched!.lastFrameMs! < 4000)
  stage.run(29_900)
  assert.equal(stage.programme.source, 'backup')
  stage.run(1500)
  assert.equal(stage.programme.source, 'primary')
  assertRising(stage.frames)
})

test('a cut without anybody to take over shows no frame until the next key frame', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.run(2500)
  const before = stage.frames.length
  stage.programme.cut('primary', 1000)
  stage.run(2000)
  assert.deepEqual([stage.frames[before]!.frame.isKey, stage.frames[before]!.frame.track.kind], [true, 'video'])
})

test('each switch is told once with its first frame, and one that is overtaken without any', () => {
  const stage = makeStage({ slateMs })
  stage.open('primary', 0)
  stage.open('backup', 0)
  stage.run(2000)
  stage.close('primary')
  stage.close('backup')
  stage.run(60_100)
  assert.deepEqual(
    stage.activations.map(({ to, firstFrameMs, atMs }) => [to, firstFrameMs === null ? null : firstFrameMs - atMs]),
    [
      ['primary', 0],
      ['backup', 0],
      ['slate', 0],
      ['none', null],
    ],
  )
})

test('audio that goes missing is left for a sound backup, when its trigger is on', () => {
  const stage = makeStage({ triggers: { ...triggers, audioLoss: true } })
  stage.open('backup', 0)
  stage.open('primary', 0)
  stage.run(31_000)
  assert.equal(stage.programme.source, 'primary')
  stage.silence('primary')
  for (const frame of media.filter((one) => one.track === video && one.dts >= 31_000 * 90 && one.dts < 35_000 * 90)) {
    stage.run(frame.dts / 90 - stage.clock.nowMs())
    stage.programme.putFrame('primary', frame)
  }
  assert.equal(stage.causes().at(-1), 'primary backup audio-lost')
})

test('an input that waits for a key frame and loses its pictures goes on with its sound', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.run(4000)
  stage.silence('primary')
  stage.programme.cut('primary', 1000)
  stage.run(1000)
  const before = stage.frames.length
  const say = (ms: number): void => stage.programme.putFrame('primary', makeFrame(audio, ms))
  say(5000)
  assert.equal(stage.frames.length, before, 'its pictures may still come')
  stage.programme.dropTrack('primary', video)
  say(5020)
  say(5040)
  assert.deepEqual(
    stage.frames.slice(before).map(({ frame }) => frame.track.kind),
    ['audio', 'audio'],
  )
})

const three: readonly InputRole[] = ['primary', 'backup', 'backup2']

test('three inputs die one after the other and come back, and each takes its place [FAI-05] [FAI-10]', () => {
  const stage = makeStage({ slateMs }, three)
  for (const [i, role] of three.entries()) stage.open(role, 1_000_000 * i)
  stage.run(5000)
  stage.close('primary')
  stage.run(1000)
  stage.silence('backup')
  stage.run(4000)
  stage.programme.closeInput('backup')
  stage.open('backup', 5)
  stage.run(2000)
  stage.open('primary', 77)
  assert.equal(stage.programme.nextReturn?.role, 'backup')
  stage.run(61_000)
  const path = [
    'none primary start',
    'primary backup closed',
    'backup backup2 silent',
    'backup2 backup returned',
    'backup primary returned',
  ]
  assert.deepEqual(stage.causes(), path)
  assertRising(stage.frames)
})

test('inputs come and go while another is on the air, and no frame of that one is lost', () => {
  const stage = makeStage()
  stage.open('primary', 0)
  stage.run(2000)
  stage.programme.addInput('backup3')
  stage.open('backup3', 900)
  stage.run(2000)
  stage.silence('backup3')
  stage.programme.removeInput('backup3')
  stage.programme.removeInput('backup')
  stage.run(1000)
  assert.deepEqual(stage.causes(), ['none primary start'])
  assert.equal(stage.frames.filter(({ frame }) => frame.track.kind === 'video').length, 150)
  assert.throws(() => stage.programme.openInput('backup3'), /there is no backup3 input/)
  assert.throws(() => stage.programme.addInput('primary'), /the primary input is there already/)
})

test('removing the input on the air is a close: the next one has the air at once', () => {
  const stage = makeStage({ slateMs }, three)
  stage.open('backup2', 0)
  stage.open('backup', 50)
  stage.run(2000)
  assert.equal(stage.programme.source, 'backup')
  stage.silence('backup')
  stage.programme.removeInput('backup')
  stage.run(1000)
  stage.silence('backup2')
  stage.programme.removeInput('backup2')
  assert.deepEqual(stage.causes().slice(1), ['backup backup2 closed', 'backup2 slate closed'])
  stage.run(1000)
  assertRising(stage.frames)
})

test('inputs that exchange their roles stay on the air and off it, and the new primary waits for the hold', () => {
  const stage = makeStage({}, three)
  for (const [i, role] of three.entries()) stage.open(role, 1_000_000 * i)
  stage.run(60_000)
  const before = stage.programme.input('backup2')
  stage.swap('primary', 'backup2')
  assert.equal(stage.programme.source, 'backup2')
  assert.equal(stage.programme.input('primary'), before)
  stage.run(29_000)
  assert.deepEqual(stage.causes(), ['none primary start'])
  stage.run(1100)
  assert.deepEqual(stage.causes().slice(1), ['backup2 primary returned'])
  assertRising(stage.frames)
})

test('a lock goes with its input to another role', () => {
  const stage = makeStage({ lock: 'backup' }, three)
  for (const [i, role] of three.entries()) stage.open(role, 1_000_000 * i)
  stage.run(40_000)
  stage.swap('backup', 'backup2')
  stage.run(40_000)
  assert.deepEqual([stage.programme.source, stage.causes()], ['backup2', ['none backup start']])
})

test('an exchange of two inputs below the one on the air does not put off a return', () => {
  const stage = makeStage({}, [...three, 'backup3'])
  for (const role of ['backup', 'backup2', 'backup3'] as const) stage.open(role, 0)
  stage.run(5000)
  stage.open('primary', 0)
  stage.run(20_000)
  stage.swap('backup2', 'backup3')
  assert.equal(Math.round(stage.programme.nextReturn!.leftMs / 1000), 10)
})

test('whatever inputs do, come, go and change places: time rises, no move is illegal, and what is on the air is there (seed 5)', () => {
  const random = randomFrom(5)
  const all: readonly InputRole[] = ['primary', 'backup', 'backup2', 'backup3']
  const stage = makeStage({ slateMs: 4000, triggerMs: 500, holdMs: 2000 }, all)
  const present = new Set<InputRole>(all)
  const pick = (): InputRole => [...present][random.int(0, present.size - 1)]!
  const acts: (() => void)[] = [
    () => stage.open(pick(), random.int(0, 1_000_000)),
    () => stage.open(pick(), random.int(0, 1_000_000)),
    () => stage.close(pick()),
    () => stage.silence(pick()),
    () => stage.programme.switchTo(pick()),
    () => stage.programme.cut(pick(), random.int(0, 3000)),
    () => {
      const lock = random.int(0, 2) === 0 ? pick() : 'auto'
      stage.programme.setPolicy({ ...policy, slateMs: 4000, triggerMs: 500, holdMs: 2000, lock })
    },
    () => {
      const [a, b] = [pick(), pick()]
      if (a !== b) stage.swap(a, b)
    },
    () => {
      const role = pick()
      if (present.size === 1) return
      stage.silence(role)
      stage.programme.removeInput(role)
      present.delete(role)
    },
    () => {
      const missing = all.find((role) => !present.has(role))
      if (missing === undefined) return
      stage.programme.addInput(missing)
      present.add(missing)
    },
  ]
  for (let step = 0; step < 400; step++) {
    acts[random.int(0, acts.length - 1)]!()
    stage.run(random.int(0, 12) * 20)
    const { source } = stage.programme
    assert.ok(source === 'none' || source === 'slate' || present.has(source), `${source} is not there`)
  }
  assertRising(stage.frames)
  assert.ok(stage.switches.length > 50, `${stage.switches.length} switches`)
  // Each switch was told with its end, but for one that may still wait for its key frame.
  assert.ok(stage.switches.length - stage.activations.length <= 1)
})

test('the programme lists the timed data of the source on the air', () => {
  const { programme, run, open, close } = makeStage()
  const cue = { track: { kind: 'data', id: 0, codec: 'amf0' }, dts: 0, body: new Uint8Array(1), isSet: false } as const
  const listed = (): string[] => programme.bus.dataTracks.map(({ codec }) => codec)
  open('primary', 0)
  open('backup', 5000)
  run(2000)
  programme.putData('backup', cue) // not on the air: known of the input, and no part of the programme
  assert.deepEqual([programme.source, listed(), programme.input('backup').dataTracks.length], ['primary', [], 1])
  close('primary')
  run(2000)
  assert.deepEqual([programme.source, listed()], ['backup', ['amf0']])
})
