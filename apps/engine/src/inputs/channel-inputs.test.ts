import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { makeStage as makeChannelStage, toOutput } from '../channel/testing/channel-stage.ts'

const media = makeMedia({ video: makeVideoTrack(), audio: makeAudioTrack(), durationMs: 120_000 })
const small = makeMedia({ video: makeVideoTrack('128x64'), audio: makeAudioTrack(), durationMs: 120_000 })
const source = { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 60_000 } as const
const moreKeys = ['k3', 'k4']

/** A channel with four inputs and an output, and publishers that go on by the clock. `endsLate`: their sessions end only when told so. */
const makeStage = ({ endsLate = false } = {}) =>
  makeChannelStage({ moreKeys, outputs: [toOutput('o')], source }, { stepMs: 20, media, readsStats: true, endsLate })

test('inputs that exchange their roles keep their sessions; what is on the air stays, and the new primary returns after the hold', () => {
  const stage = makeStage()
  const feeds = (['primary', 'backup', 'backup2'] as const).map((role) => stage.publish(role))
  stage.run(1000)
  stage.dials[0]!.accept()
  stage.run(39_000)
  stage.swap('primary', 'backup2')
  const { source: now, inputs } = stage.channel.actual()
  assert.deepEqual(
    [now, inputs.map(({ inputId, role }) => `${inputId} ${role}`)],
    ['backup2', ['show-backup2 primary', 'show-backup backup', 'show-primary backup2', 'show-backup3 backup3']],
  )
  stage.run(20_000)
  assert.equal(stage.channel.actual().returnsTo, 'primary')
  stage.run(10_100)
  assert.deepEqual(stage.switches(), ['none primary start', 'backup2 primary returned'])
  assert.equal(stage.input('primary')!.onAir, true)
  assert.deepEqual([feeds.map(({ closedBy }) => closedBy), stage.dials.length], [[[], [], []], 1])
  assert.match(stage.named('source.switched')[1]!.message, /^Source backup 2 -> primary: backup 2 went off air, the primary was clean/)
})

test('a lock that is sent with an exchange stays on its input, and nothing switches', () => {
  const stage = makeStage()
  for (const role of ['primary', 'backup', 'backup2'] as const) stage.publish(role)
  stage.setSpec({ source: { ...source, lock: 'backup2' } })
  stage.run(5000)
  stage.swap('backup2', 'backup', 'backup')
  stage.run(40_000)
  assert.deepEqual([stage.channel.actual().source, stage.switches()], ['backup', ['none backup2 start']])
})

test('an input that is removed on the air gives way to the next one, and its session ends', () => {
  const stage = makeStage()
  const feed = stage.publish('backup2')
  stage.run(2000)
  stage.publish('backup3')
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
  const late = stage.publish('backup2')
  const removed = stage.channel.inputByKey(stage.channel.spec.inputs[2]!.keyHash)!
  stage.run(2000)
  stage.remove('backup2')
  assert.equal(stage.channel.actual().source, 'slate')
  stage.setSpec({
    inputs: [
      ...makeChannelSpec({ channelId: 'show', key: 'k1', backupKey: 'k2', moreKeys }).inputs.filter(({ role }) => role !== 'backup3'),
    ],
  })
  stage.run(1000)
  assert.equal(stage.input('backup2')!.state, 'waiting')
  late.port.close(null)
  assert.deepEqual([removed.isTaken, removed.giveWay()], [true, false])
  assert.equal(stage.named('input.lost').length, 1)
})

test('a removed input that the source was locked to is not missed: the lock is off in the same step', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup2')
  stage.setSpec({ source: { ...source, lock: 'backup2' } })
  stage.run(3000)
  stage.remove('backup2', 'auto')
  assert.deepEqual(stage.switches(), ['none backup2 start', 'backup2 primary closed'])
})

test('each backup has its own verdict and age, and all of them are forgotten with another primary', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(6000)
  stage.publish('backup2', small)
  stage.run(6000)
  const verdicts = (): (string | undefined)[] =>
    (['primary', 'backup', 'backup2', 'backup3'] as const).map((role) => stage.input(role)!.conformity?.state)
  assert.deepEqual(verdicts(), [undefined, 'alike', 'differs', 'unknown'])
  assert.ok(Date.parse(stage.input('backup')!.conformity!.since!) < Date.parse(stage.input('backup2')!.conformity!.since!))
  const warned = stage.named('input.warned')
  assert.deepEqual([warned.length, warned[0]!.subjectId], [1, 'show-backup2'])
  assert.match(warned[0]!.message, /^The backup 2 does not match the primary: size 128x64 instead of 64x64/)
  stage.close('backup2')
  stage.run(3000)
  assert.notEqual(stage.input('backup2')!.conformity!.lastComparedAt, null)
  stage.swap('primary', 'backup')
  assert.deepEqual(verdicts(), [undefined, 'unknown', 'unknown', 'unknown'])
})

test('a rehearsal passes on whichever backup is ready', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup3')
  stage.run(3000)
  stage.channel.command({ do: 'rehearse', rehearsalId: 'r', cutMs: 15_000, limitMs: 4000 })
  stage.run(16_100)
  const [finished] = stage.named('rehearsal.finished')
  assert.equal(finished!.data.passed, true)
  assert.match(finished!.message, /the backup 3 was on air \d+ ms after the cut/)
})
