import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { InputRole } from '@sluice/base/words'
import type { Frame } from '@sluice/codecs/frame'
import type { ChannelSpec, EventDraft, SourceLock } from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeTransport } from '@sluice/testkit/output'
import { keepTold } from '../channel/testing/told-events.ts'
import { openChannel } from '../open-channel.ts'
import type { InputPort } from './channel-input.ts'

const media = makeMedia({ video: makeVideoTrack(), audio: makeAudioTrack(), durationMs: 120_000 })
const small = makeMedia({ video: makeVideoTrack('128x64'), audio: makeAudioTrack(), durationMs: 120_000 })
const source = { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 60_000 } as const
const keys = { key: 'p', backupKey: 'b', moreKeys: ['b2', 'b3'] }
const outputs = [makeOutputSpec({ outputId: 'o', url: 'rtmp://far/live' })]

/** A channel with four inputs and an output, and publishers that go on by the clock. `endsLate`: their sessions end only when told so. */
function makeStage({ endsLate = false } = {}) {
  const clock = new FakeClock()
  const events: EventDraft[] = []
  const far = fakeTransport(clock)
  let spec = makeChannelSpec({ channelId: 'c', ...keys, outputs, source })
  const { channel } = openChannel(spec, {
    clock,
    log: silentLogger,
    random: () => 0.5,
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
    openTransport: far.open,
    onEvent: keepTold(events),
    onActual() {},
  })
  type Feed = { port: InputPort; sinceMs: number; next: number; frames: readonly Frame[]; closedBy: string[] }
  const feeds = new Map<string, Feed>()
  const stage = {
    clock,
    channel,
    far,
    /** Publishes to the input that had `role` at the start. */
    open(role: InputRole, frames: readonly Frame[] = media): Feed {
      const id = `c-${role}`
      const closedBy: string[] = []
      const port = channel.inputByKey(spec.inputs.find(({ inputId }) => inputId === id)!.keyHash)!.open({
        facts: { protocol: 'rtmp', remoteAddress: '127.0.0.1', encoder: null },
        close(message) {
          closedBy.push(message)
          if (!endsLate) port.close(message)
        },
      })
      const feed = { port, sinceMs: clock.nowMs(), next: 0, frames, closedBy }
      feeds.set(id, feed)
      return feed
    },
    run(ms: number): void {
      for (const endMs = clock.nowMs() + ms; clock.nowMs() < endMs; ) {
        clock.advance(20)
        for (const feed of feeds.values()) {
          for (; feed.frames[feed.next]!.dts / 90 < clock.nowMs() - feed.sinceMs; feed.next++) feed.port.putFrame(feed.frames[feed.next]!)
          feed.port.flush()
        }
        if (clock.nowMs() % 1000 === 0) channel.stats(clock.nowMs())
      }
    },
    close(role: InputRole): void {
      feeds.get(`c-${role}`)!.port.close(null)
      feeds.delete(`c-${role}`)
    },
    setSpec(change: Partial<ChannelSpec>): void {
      spec = { ...spec, revision: spec.revision + 1, ...change }
      channel.setSpec(spec)
    },
    /** Exchanges the roles of two inputs, as control would send it; a lock is sent with them. */
    swap(a: InputRole, b: InputRole, lock: SourceLock = 'auto'): void {
      const roleOf = (role: InputRole): InputRole => (role === a ? b : role === b ? a : role)
      stage.setSpec({ inputs: spec.inputs.map((input) => ({ ...input, role: roleOf(input.role) })), source: { ...source, lock } })
    },
    remove(role: InputRole, lock: SourceLock = 'auto'): void {
      stage.setSpec({ inputs: spec.inputs.filter((input) => input.role !== role), source: { ...source, lock } })
    },
    switches: (): string[] =>
      events.flatMap(({ name, data }) => (name === 'source.switched' ? [`${data?.['from']} ${data?.['to']} ${data?.['cause']}`] : [])),
    named: <Name extends EventDraft['name']>(name: Name) =>
      events.filter((event): event is Extract<EventDraft, { name: Name }> => event.name === name),
    input: (role: InputRole) => channel.actual().inputs.find((input) => input.role === role),
  }
  return stage
}

test('inputs that exchange their roles keep their sessions; what is on the air stays, and the new primary returns after the hold', () => {
  const stage = makeStage()
  const feeds = (['primary', 'backup', 'backup2'] as const).map((role) => stage.open(role))
  stage.run(1000)
  stage.far.dials[0]!.accept()
  stage.run(39_000)
  stage.swap('primary', 'backup2')
  const { source: now, inputs } = stage.channel.actual()
  assert.deepEqual(
    [now, inputs.map(({ inputId, role }) => `${inputId} ${role}`)],
    ['backup2', ['c-backup2 primary', 'c-backup backup', 'c-primary backup2', 'c-backup3 backup3']],
  )
  stage.run(20_000)
  assert.equal(stage.channel.actual().returnsTo, 'primary')
  stage.run(10_100)
  assert.deepEqual(stage.switches(), ['none primary start', 'backup2 primary returned'])
  assert.equal(stage.input('primary')!.onAir, true)
  assert.deepEqual([feeds.map(({ closedBy }) => closedBy), stage.far.dials.length], [[[], [], []], 1])
  assert.match(stage.named('source.switched')[1]!.message, /^Source backup 2 -> primary: backup 2 left the air, the primary was clean/)
})

test('a lock that is sent with an exchange stays on its input, and nothing switches', () => {
  const stage = makeStage()
  for (const role of ['primary', 'backup', 'backup2'] as const) stage.open(role)
  stage.setSpec({ source: { ...source, lock: 'backup2' } })
  stage.run(5000)
  stage.swap('backup2', 'backup', 'backup')
  stage.run(40_000)
  assert.deepEqual([stage.channel.actual().source, stage.switches()], ['backup', ['none backup2 start']])
})

test('an input that is removed on the air gives way to the next one, and its session ends', () => {
  const stage = makeStage()
  const feed = stage.open('backup2')
  stage.run(2000)
  stage.open('backup3')
  stage.run(2000)
  stage.remove('backup2')
  stage.run(2000)
  assert.deepEqual([stage.switches().at(-1), feed.closedBy], ['backup2 backup3 closed', ['the input was removed']])
  assert.deepEqual(
    stage.channel.actual().inputs.map(({ role }) => role),
    ['primary', 'backup', 'backup3'],
  )
})

test('a removed input whose session ends late leaves no media and no close to the one that has its role by then', () => {
  const stage = makeStage({ endsLate: true })
  const late = stage.open('backup2')
  const removed = stage.channel.inputByKey(stage.channel.spec.inputs[2]!.keyHash)!
  stage.run(2000)
  stage.remove('backup2')
  assert.equal(stage.channel.actual().source, 'slate')
  stage.setSpec({ inputs: [...makeChannelSpec({ channelId: 'c', ...keys }).inputs.filter(({ role }) => role !== 'backup3')] })
  stage.run(1000)
  assert.equal(stage.input('backup2')!.state, 'waiting')
  late.port.close(null)
  assert.deepEqual([removed.isTaken, removed.giveWay()], [true, false])
  assert.equal(stage.named('input.lost').length, 1)
})

test('a removed input that the source was locked to is not missed: the lock is off in the same step', () => {
  const stage = makeStage()
  stage.open('primary')
  stage.open('backup2')
  stage.setSpec({ source: { ...source, lock: 'backup2' } })
  stage.run(3000)
  stage.remove('backup2', 'auto')
  assert.deepEqual(stage.switches(), ['none backup2 start', 'backup2 primary closed'])
})

test('each backup has its own verdict and age, and all of them are forgotten with another primary', () => {
  const stage = makeStage()
  stage.open('primary')
  stage.open('backup')
  stage.run(6000)
  stage.open('backup2', small)
  stage.run(6000)
  const verdicts = (): (string | undefined)[] =>
    (['primary', 'backup', 'backup2', 'backup3'] as const).map((role) => stage.input(role)!.conformity?.state)
  assert.deepEqual(verdicts(), [undefined, 'alike', 'differs', 'unknown'])
  assert.ok(Date.parse(stage.input('backup')!.conformity!.since!) < Date.parse(stage.input('backup2')!.conformity!.since!))
  const warned = stage.named('input.warned')
  assert.deepEqual([warned.length, warned[0]!.subjectId], [1, 'c-backup2'])
  assert.match(warned[0]!.message, /^The backup 2 does not match the primary: size 128x64 instead of 64x64/)
  stage.close('backup2')
  stage.run(3000)
  assert.notEqual(stage.input('backup2')!.conformity!.lastComparedAt, null)
  stage.swap('primary', 'backup')
  assert.deepEqual(verdicts(), [undefined, 'unknown', 'unknown', 'unknown'])
})

test('a rehearsal passes on whichever backup is ready', () => {
  const stage = makeStage()
  stage.open('primary')
  stage.open('backup3')
  stage.run(3000)
  stage.channel.command({ do: 'rehearse', rehearsalId: 'r', cutMs: 15_000, limitMs: 4000 })
  stage.run(16_100)
  const [finished] = stage.named('rehearsal.finished')
  assert.equal(finished!.data.passed, true)
  assert.match(finished!.message, /the backup 3 was on the air \d+ ms after the cut/)
})
