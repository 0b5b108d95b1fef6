import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { Frame } from '@sluice/codecs/frame'
import type { EventDraft } from '@sluice/contract/link'
import { watchLimits } from '@sluice/contract/watch'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { ContentWatcher } from './content-watcher.ts'
import { fakeWatches } from './testing/fake-watch.ts'
import type { WatchTap, WatchWants } from './watch-tap.ts'

const media = makeMedia({ video: makeVideoTrack(), audio: makeAudioTrack(), durationMs: 4000 })
const both = { picture: true, sound: true }

function makeStage() {
  const clock = new FakeClock()
  const events: EventDraft[] = []
  const heard: string[] = []
  const { open, all } = fakeWatches()
  const watcher = new ContentWatcher({ clock, log: silentLogger, open, onEvent: (draft) => events.push(draft) })
  const tap = (wants: WatchWants = both): WatchTap =>
    watcher.tap(wants, {
      onPicture: ({ high }) => heard.push(`picture ${high}`),
      onSound: ({ rmsDb }) => heard.push(`sound ${rmsDb}`),
      onUndecoded: ({ kind, reason }) => heard.push(`${kind} ${reason}`),
      onUnjudged: () => heard.push('unjudged'),
    })
  /** Time goes on, and the last child beats. */
  const live = (ms: number): void => {
    for (const endMs = clock.nowMs() + ms; clock.nowMs() < endMs; ) {
      clock.advance(1000)
      all.at(-1)?.say({ type: 'beat', rssBytes: 1e8 })
    }
  }
  const ready = (): void => all.at(-1)!.say({ type: 'hello', problem: null })
  return { clock, events, heard, all, watcher, tap, live, ready }
}

const putAll = (clock: FakeClock, tap: WatchTap, frames: readonly Frame[] = media): void => {
  for (const frame of frames) {
    if (frame.track.kind === 'video' && frame.isKey) clock.advance(watchLimits.leastGapMs)
    tap.putFrame(frame)
  }
}

test('no process runs without a tap, one runs for all taps, and it goes some time after the last', () => {
  const { clock, all, tap, live, ready } = makeStage()
  clock.advance(60_000)
  assert.equal(all.length, 0)
  const [one, other] = [tap(), tap()]
  ready()
  assert.equal(all.length, 1)
  one.close()
  live(20_000)
  assert.equal(all[0]!.isKilled, false)
  other.close()
  live(9000)
  const third = tap()
  live(30_000)
  assert.equal(all[0]!.isKilled, false, 'an encoder that came back in time found it running')
  third.close()
  live(10_000)
  assert.equal(all[0]!.isKilled, true)
  clock.advance(600_000)
  assert.equal(all.length, 1)
  assert.equal(clock.pendingTimers, 0)
})

test('the child gets each track once, key frames of video alone, all of audio, and only what is wanted', () => {
  const { clock, all, tap, ready } = makeStage()
  const [whole, sound] = [tap(), tap({ picture: false, sound: true })]
  putAll(clock, whole)
  assert.equal(all[0]!.got.length, 0, 'nothing is kept for a child that is not ready')
  ready()
  putAll(clock, whole)
  putAll(clock, sound)
  const counted = (slot: number, kind: string): number[] => {
    const mine = all[0]!.got.filter(
      (one) => one.slot === slot && one.type !== 'end' && (one.type === 'track' ? one.track.kind : one.kind) === kind,
    )
    return ['track', 'frame'].map((type) => mine.filter((one) => one.type === type).length)
  }
  const keys = media.filter(({ track, isKey }) => track.kind === 'video' && isKey).length
  const audio = media.filter(({ track }) => track.kind === 'audio').length
  assert.deepEqual(counted(whole.slot, 'video'), [1, keys])
  assert.deepEqual(counted(whole.slot, 'audio'), [1, audio])
  assert.deepEqual(counted(sound.slot, 'video'), [0, 0])
  assert.deepEqual(counted(sound.slot, 'audio'), [1, audio])
  sound.close()
  assert.deepEqual(all[0]!.got.at(-1), { type: 'end', slot: sound.slot })
})

test('frames that a slow child has no room for are left out and counted', () => {
  const { clock, all, tap, ready } = makeStage()
  const one = tap()
  ready()
  all[0]!.isSlow = true
  putAll(clock, one)
  assert.equal(one.leftOutTotal, media.filter(({ track, isKey }) => track.kind === 'audio' || isKey).length)
})

test('an encoder that sends nothing but key frames is looked at ten times a second', () => {
  const { clock, all, tap, ready } = makeStage()
  const one = tap()
  ready()
  const key = media.find(({ track, isKey }) => track.kind === 'video' && isKey)!
  for (let i = 0; i < 1000; i++) {
    one.putFrame(key)
    clock.advance(1)
  }
  assert.equal(all[0]!.got.filter(({ type }) => type === 'frame').length, 10)
  assert.equal(one.leftOutTotal, 0)
})

test('answers go to the tap that they are for, and to none that is closed', () => {
  const { all, heard, tap, ready } = makeStage()
  const one = tap()
  ready()
  all[0]!.say({ type: 'picture', slot: one.slot, atMs: 1, mean: 0, high: 0.5, change: null, changePeak: null })
  all[0]!.say({ type: 'sound', slot: one.slot, atMs: 1, rmsDb: -20, peakDb: -10 })
  all[0]!.say({ type: 'undecoded', slot: one.slot, kind: 'audio', atMs: 1, reason: 'broken' })
  all[0]!.say({ type: 'sound', slot: 99, atMs: 1, rmsDb: -20, peakDb: -10 })
  one.close()
  all[0]!.say({ type: 'sound', slot: one.slot, atMs: 1, rmsDb: -20, peakDb: -10 })
  assert.deepEqual(heard, ['picture 0.5', 'sound -20', 'audio broken'])
})

test('a child that crashes is started again after a wait, told of its tracks anew, and meanwhile all is unjudged', () => {
  const { clock, all, events, heard, tap, live, ready, watcher } = makeStage()
  const one = tap()
  ready()
  putAll(clock, one)
  live(3000)
  all[0]!.end('it ended by SIGSEGV')
  assert.deepEqual(heard, ['unjudged'])
  assert.deepEqual(watcher.state, { state: 'starting', reason: 'it ended by SIGSEGV' })
  for (const frame of media) one.putFrame(frame)
  clock.advance(999)
  assert.equal(all.length, 1)
  clock.advance(1)
  assert.equal(all.length, 2)
  ready()
  putAll(clock, one)
  assert.equal(all[1]!.got.filter(({ type }) => type === 'track').length, 2)
  assert.deepEqual(watcher.state, { state: 'measuring', reason: null })
  assert.deepEqual(
    events.map(({ name, severity, message }) => [name, severity, message]),
    [
      [
        'watch.failed',
        'warning',
        'Picture and sound are not checked at the moment: the process that decodes them failed, it ended by SIGSEGV. It is restarting; media is not affected.',
      ],
      ['watch.restored', 'info', 'Picture and sound are checked again.'],
    ],
  )
})

test('a child that does not answer for 5 s is killed and replaced; what it says after that is not heard', () => {
  const { clock, all, heard, tap, live, ready, watcher } = makeStage()
  const one = tap()
  ready()
  live(10_000)
  clock.advance(4000)
  assert.equal(all[0]!.isKilled, false)
  clock.advance(1000)
  assert.equal(all[0]!.isKilled, true)
  assert.equal(watcher.state.reason, 'it did not answer for 5 s')
  all[0]!.say({ type: 'sound', slot: one.slot, atMs: 1, rmsDb: -20, peakDb: -10 })
  all[0]!.end('it ended by SIGKILL')
  assert.deepEqual(heard, ['unjudged'])
  clock.advance(1000)
  assert.equal(all.length, 2)
})

test('a child that never says hello is replaced as well', () => {
  const { clock, all, tap } = makeStage()
  tap()
  clock.advance(20_000)
  assert.equal(all[0]!.isKilled, true)
})

test('a child that grows too large is replaced', () => {
  const { all, tap, ready, watcher } = makeStage()
  tap()
  ready()
  all[0]!.say({ type: 'beat', rssBytes: 448 * 2 ** 20 })
  assert.equal(all[0]!.isKilled, false)
  all[0]!.say({ type: 'beat', rssBytes: 449 * 2 ** 20 })
  assert.equal(all[0]!.isKilled, true)
  assert.equal(watcher.state.reason, 'it used 449 MB of memory, limit 448 MB')
})

test('a child that fails again and again is waited for longer each time, up to a minute, and told of once in ten minutes', () => {
  const { clock, all, events, tap, ready } = makeStage()
  tap()
  const starts: number[] = []
  while (clock.nowMs() < 9 * 60_000) {
    const count = all.length
    ready()
    all.at(-1)!.end('it ended with code 1')
    while (all.length === count) clock.advance(1000)
    starts.push(clock.nowMs() / 1000)
  }
  assert.deepEqual(starts.slice(0, 8), [1, 3, 7, 15, 31, 63, 123, 183])
  assert.equal(events.filter(({ name }) => name === 'watch.failed').length, 1)
})

test('a machine that can decode nothing is told once, and no child is started again', () => {
  const { clock, all, events, tap, watcher } = makeStage()
  const one = tap()
  all[0]!.say({ type: 'hello', problem: 'node-av is not installed' })
  assert.deepEqual(watcher.state, { state: 'unavailable', reason: 'node-av is not installed' })
  putAll(clock, one)
  clock.advance(600_000)
  tap()
  assert.equal(all.length, 1)
  assert.deepEqual(
    events.map(({ message }) => message),
    ['Black or frozen pictures and silence are not detected: node-av is not installed'],
  )
})

test('closed with its engine, it leaves neither a process nor a timer', () => {
  const { clock, all, tap, ready, watcher } = makeStage()
  tap()
  ready()
  watcher.close()
  assert.equal(all[0]!.isKilled, true)
  assert.equal(clock.pendingTimers, 0)
})
