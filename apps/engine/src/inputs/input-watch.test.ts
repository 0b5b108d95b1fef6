import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { EventDraft } from '@sluice/contract/link'
import { type ContentTriggers, InputStats } from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeTransport } from '@sluice/testkit/output'
import { openChannel } from '../open-channel.ts'
import { ContentWatcher } from '../watch/index.ts'
import { fakeWatches } from '../watch/testing/fake-watch.ts'
import type { InputPort } from './channel-input.ts'

const media = makeMedia({ video: makeVideoTrack(), audio: makeAudioTrack(), durationMs: 120_000 })
const off: ContentTriggers = { noKeyFrame: false, bitrateShare: 0, timeStall: false, audioLoss: false }
const looks = {
  moving: { mean: 0.4, high: 0.8, change: 0.02, changePeak: 0.3 },
  still: { mean: 0.4, high: 0.8, change: 0, changePeak: 0 },
  black: { mean: 0, high: 0, change: 0, changePeak: 0 },
} as const
type Role = 'primary' | 'backup'

/** A channel with two inputs and an output, whose child sees what the test says: primary is slot 1, backup slot 2. */
function makeStage(triggers: Partial<ContentTriggers>) {
  const clock = new FakeClock()
  const events: EventDraft[] = []
  const far = fakeTransport(clock)
  const { open: openWatch, all } = fakeWatches()
  const onEvent = (draft: EventDraft): void => void events.push(draft)
  const watcher = new ContentWatcher({ clock, log: silentLogger, open: openWatch, onEvent })
  const makeSpec = (set: Partial<ContentTriggers>) =>
    makeChannelSpec({
      channelId: 'c',
      key: 'p',
      backupKey: 'b',
      outputs: [makeOutputSpec({ outputId: 'o', url: 'rtmp://far/live' })],
      source: { lock: 'auto', triggerMs: 2500, holdMs: 15_000, slateMs: 60_000, triggers: { ...off, ...set } },
    })
  const spec = makeSpec(triggers)
  const budget = new AttemptBudget({ capacity: 50, perSecond: 20 })
  const parts = { clock, log: silentLogger, random: () => 0.5, budget, openTransport: far.open, watcher, onEvent, onActual() {} }
  const { channel } = openChannel(spec, parts)
  const ports = (['primary', 'backup'] as const).map((role): InputPort => {
    const input = channel.inputByKey(spec.inputs.find((one) => one.role === role)!.keyHash)!
    return input.open({ facts: { protocol: 'rtmp', remoteAddress: '127.0.0.1', encoder: null }, close() {} })
  })
  const seen: Record<Role, keyof typeof looks> = { primary: 'moving', backup: 'moving' }
  const rmsDb: Record<Role, number> = { primary: -20, backup: -20 }
  const answer = (): void => {
    const child = all.at(-1)
    if (child === undefined || child.isKilled) return
    child.say({ type: 'beat', rssBytes: 1e8 })
    for (const [i, role] of (['primary', 'backup'] as const).entries()) {
      child.say({ type: 'picture', slot: i + 1, atMs: clock.nowMs(), ...looks[seen[role]] })
      child.say({ type: 'sound', slot: i + 1, atMs: clock.nowMs(), rmsDb: rmsDb[role], peakDb: rmsDb[role] + 6 })
    }
  }
  let next = 0
  const run = (ms: number): void => {
    for (const endMs = clock.nowMs() + ms; clock.nowMs() < endMs; ) {
      clock.advance(20)
      for (; media[next]!.dts / 90 < clock.nowMs(); next++) for (const port of ports) port.putFrame(media[next]!)
      for (const port of ports) port.flush()
      if (clock.nowMs() % 500 === 0) answer()
    }
  }
  all[0]?.say({ type: 'hello', problem: null })
  run(1000)
  far.dials.at(-1)!.accept()
  run(11_000)
  const content = () => channel.stats(clock.nowMs()).inputs.map((stats) => InputStats.parse(stats).content)
  const told = (name: EventDraft['name']): string[] => events.filter((event) => event.name === name).map(({ message }) => message)
  const setTriggers = (set: Partial<ContentTriggers>): void => channel.setSpec(makeSpec(set))
  return { clock, channel, all, far, seen, rmsDb, run, content, told, setTriggers, source: () => channel.actual().source }
}

test('a primary that is black for its time gives way, and returns once it was clean for the hold; no output reconnects [FAI-02]', () => {
  const stage = makeStage({ blackMs: 4000 })
  stage.seen.primary = 'black'
  stage.run(4000)
  assert.equal(stage.source(), 'primary')
  stage.run(1000)
  assert.equal(stage.source(), 'backup')
  assert.match(stage.told('source.switched').at(-1)!, /primary -> backup: primary went off air, its picture was black/)
  assert.equal(stage.content()[0]!.fault, 'black')
  stage.run(1000)
  assert.deepEqual(stage.channel.actual().inputs[0]!.clean, { since: null, brokenBy: 'fault' })
  stage.seen.primary = 'moving'
  stage.run(14_000)
  assert.equal(stage.source(), 'backup')
  stage.run(2000)
  assert.equal(stage.source(), 'primary')
  assert.equal(stage.far.dials.length, 1)
  assert.deepEqual(stage.told('input.warned'), [], 'a switch tells of it, and nothing else does')
})

type Stage = ReturnType<typeof makeStage>
const others: [name: string, triggers: Partial<ContentTriggers>, turn: (stage: Stage) => void, words: RegExp][] = [
  ['stands still', { freezeMs: 10_000 }, ({ seen }) => Object.assign(seen, { primary: 'still' }), /its picture was frozen/],
  ['is silent', { silenceMs: 10_000 }, ({ rmsDb }) => Object.assign(rmsDb, { primary: -90 }), /its audio was silent/],
]
for (const [name, triggers, turn, words] of others) {
  test(`a primary that ${name} for its time gives way [FAI-02]`, () => {
    const stage = makeStage(triggers)
    turn(stage)
    stage.run(9500)
    assert.equal(stage.source(), 'primary')
    stage.run(1500)
    assert.equal(stage.source(), 'backup')
    assert.match(stage.told('source.switched').at(-1)!, words)
  })
}

test('black on both is no reason to switch, and each is told once', () => {
  const stage = makeStage({ blackMs: 4000 })
  stage.seen.backup = 'black'
  stage.run(8000)
  stage.seen.primary = 'black'
  stage.run(20_000)
  assert.equal(stage.source(), 'primary')
  assert.deepEqual(stage.told('input.warned'), [
    'Input backup: its picture is black; it cannot take over until that ends',
    'Input primary: its picture is black; it stays on air: no healthy input is available',
  ])
})

test('while the child is gone nothing is judged, and nothing switches', () => {
  const stage = makeStage({ blackMs: 4000 })
  stage.seen.primary = 'black'
  stage.run(3000)
  stage.all[0]!.end('it ended by SIGKILL')
  stage.all[0]!.isKilled = true
  const [primary] = stage.content()
  assert.deepEqual([primary!.state, primary!.reason, primary!.picture], ['starting', 'it ended by SIGKILL', null])
  stage.run(900)
  assert.equal(stage.source(), 'primary')
  stage.run(200)
  stage.all[1]!.say({ type: 'hello', problem: null })
  stage.run(3500)
  assert.equal(stage.source(), 'primary', 'the run begins anew with the new child')
  stage.run(2000)
  assert.equal(stage.source(), 'backup')
})

test('media that can not be decoded is told with its reason until a picture is seen again, and is no fault', () => {
  const stage = makeStage({ blackMs: 4000 })
  stage.all[0]!.say({ type: 'undecoded', slot: 1, kind: 'video', atMs: stage.clock.nowMs(), reason: 'decode: Invalid data' })
  assert.equal(stage.content()[0]!.reason, "its video can't be decoded (decode: Invalid data)")
  assert.equal(stage.content()[1]!.reason, null)
  stage.run(1000)
  assert.deepEqual([stage.content()[0]!.reason, stage.content()[0]!.fault], [null, null])
})

test('with the triggers off no child is started and nothing is told of picture or sound; one that goes off at work ends it', () => {
  const idle = makeStage({ audioLoss: true })
  assert.equal(idle.all.length, 0)
  assert.deepEqual(idle.content(), [undefined, undefined])
  const stage = makeStage({ blackMs: 4000 })
  stage.setTriggers({})
  stage.seen.primary = 'black'
  stage.run(15_000)
  assert.equal(stage.source(), 'primary')
  assert.equal(stage.all[0]!.isKilled, true)
  assert.deepEqual(stage.content(), [undefined, undefined])
})
