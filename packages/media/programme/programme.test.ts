import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame, Track } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import type { SwitchPolicy } from '../switch/index.ts'
import { type InputRole, Programme, type SourceSwitch } from './programme.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
/** What every publisher here sends: longer than any test's run. */
const media = makeMedia({ video, audio, durationMs: 120_000, gopFrames: 30 })
const policy: SwitchPolicy = { lock: 'auto', triggerMs: 2500, holdMs: 30_000 }

/** A programme with a reader at its bus, and publishers whose frames arrive as the clock goes. */
function makeStage() {
  const clock = new FakeClock()
  const switches: SourceSwitch[] = []
  const frames: { frame: Frame; atMs: number }[] = []
  const splices: (readonly Track[])[] = []
  let flushes = 0
  const programme = new Programme({ clock, policy, onSwitch: (change) => switches.push(change) })
  programme.bus.join({
    onTracks: (tracks) => splices.push(tracks),
    onSplice: () => {},
    onFrame: (frame) => frames.push({ frame, atMs: clock.nowMs() }),
    onFlush: () => flushes++,
  })
  const sources: Partial<Record<InputRole, { rawMs: number; sinceMs: number; next: number }>> = {}
  const clocks = {
    /** Goes on by `ms`, with frames of every input that runs. */
    run(ms: number): void {
      const endMs = clock.nowMs() + ms
      while (clock.nowMs() < endMs) {
        const stepMs = Math.min(20, endMs - clock.nowMs())
        clock.advance(stepMs)
        for (const role of ['primary', 'backup'] as const) {
          const source = sources[role]
          if (source === undefined) continue
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
      sources[role] = { rawMs, sinceMs: clock.nowMs(), next: 0 }
    },
    silence(role: InputRole): void {
      delete sources[role]
    },
    close(role: InputRole): void {
      delete sources[role]
      programme.closeInput(role)
    },
  }
  const causes = (): string[] => switches.map(({ from, to, cause }) => `${from} ${to} ${cause}`)
  return { ...clocks, clock, programme, switches, causes, frames, splices, flushes: () => flushes }
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
