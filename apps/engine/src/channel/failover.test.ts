import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SwitchFigures } from '@sluice/contract/link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { makeStage as makeChannelStage, toOutput } from './testing/channel-stage.ts'

const media = makeMedia({ video: makeVideoTrack(), audio: makeAudioTrack(), durationMs: 120_000 })
const small = makeMedia({ video: makeVideoTrack('128x64'), durationMs: 120_000 })
const outputs = [toOutput('o', { keepSessionMs: 20_000 })]
const source = { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 60_000 } as const

/** A channel with one output whose far end takes everything, and inputs that run by the clock. */
const makeStage = () => makeChannelStage({ outputs, source }, { stepMs: 20, media, readsStats: true })

test('a switch is told with its figures, and later what it did to the outputs [FAI-11] [FAI-10]', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(1000)
  stage.accept()
  stage.run(4000)
  stage.silence('primary')
  stage.run(15_000)
  const figures = SwitchFigures.parse(stage.named('source.switched')[1]!.data)
  assert.deepEqual([figures.from, figures.to, figures.cause, figures.triggerMs], ['primary', 'backup', 'silent', 2500])
  assert.ok(figures.activationMs! >= 2500 && figures.activationMs! < 2600, `${figures.activationMs} ms`)
  assert.equal(Date.parse(figures.firstFrameAt!) - Date.parse(figures.lastPacketAt!), Math.round(figures.activationMs!))
  assert.ok(Math.abs(figures.framesLost! - 75) <= 2, `${figures.framesLost} frames`)
  const settled = stage.named('source.settled')[0]!
  assert.deepEqual(settled.data, {
    switchId: figures.switchId,
    outputs: [{ outputId: 'o', state: 'live', reconnects: 0, framesDropped: 0 }],
  })
  assert.equal(settled.message, 'The switch kept the output connected')
  assert.equal(stage.dials.length, 1)
})

test('a closed input is told with its last packet too', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(5000)
  stage.close('primary')
  const figures = SwitchFigures.parse(stage.named('source.switched')[1]!.data)
  assert.ok(figures.activationMs! < 100, `${figures.activationMs} ms`)
})

test('slate keeps an output connected up to the limit of its class, then the channel is over [FAI-13]', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.run(1000)
  stage.accept()
  stage.run(4000)
  stage.close('primary')
  assert.deepEqual([stage.channel.actual().state, stage.channel.actual().source], ['live', 'slate'])
  stage.run(19_000)
  assert.equal(stage.channel.actual().outputs[0]!.state, 'live')
  stage.run(2000)
  assert.equal(stage.channel.actual().outputs[0]!.state, 'idle')
  stage.run(40_000)
  assert.deepEqual([stage.channel.actual().state, stage.channel.actual().hlsReady], ['idle', false])
  assert.match(stage.named('channel.idle')[0]!.message, /is over/)
})

test('the hold is told with the moment of return, and what broke a clean run', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(5000)
  stage.close('primary')
  assert.equal(stage.channel.actual().returnsAt, null)
  stage.publish('primary')
  stage.run(2000)
  const { returnsAt, inputs } = stage.channel.actual()
  assert.ok(Math.abs(Date.parse(returnsAt!) - stage.clock.wallMs() - 28_000) < 200)
  assert.equal(inputs[0]!.clean!.brokenBy, null)
  stage.run(29_000)
  assert.equal(stage.channel.actual().source, 'primary')
})

test('a backup that does not match is told before it is needed', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup', small)
  stage.run(6000)
  const warned = stage.named('input.warned')
  assert.equal(warned.length, 1)
  assert.match(warned[0]!.message, /audio none instead of present, size 128x64 instead of 64x64/)
  assert.equal(stage.channel.actual().inputs[1]!.conformity!.state, 'differs')
})

test('a primary in maintenance gives way without a reconnect, stays measured, and returns after it', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(1000)
  stage.accept()
  stage.run(2000)
  const spare = (isInMaintenance: boolean): void =>
    stage.setSpec({
      inputs: stage.spec().inputs.map((input) => (input.role === 'primary' ? { ...input, isInMaintenance } : input)),
    })
  spare(true)
  stage.run(100)
  assert.match(stage.named('source.switched').at(-1)!.message, /primary -> backup: .*put it into maintenance/)
  stage.run(60_000)
  const { source, inputs } = stage.channel.actual()
  assert.deepEqual([source, inputs[0]!.state], ['backup', 'receiving'])
  spare(false)
  stage.run(100)
  assert.equal(stage.channel.actual().source, 'primary', 'it was clean for longer than the hold')
  assert.equal(stage.dials.length, 1)
})

test('a rehearsal passes when the backup is on the air within the limit [OPS-11]', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(3000)
  stage.channel.command({ do: 'rehearse', rehearsalId: 'r', cutMs: 15_000, limitMs: 4000 })
  stage.run(16_100)
  const { passed, activationMs, source, reconnects } = stage.named('rehearsal.finished')[0]!.data as Record<string, unknown>
  assert.deepEqual([passed, source, reconnects], [true, 'backup', 0])
  assert.ok((activationMs as number) >= 2480 && (activationMs as number) < 2600, `${activationMs} ms`)
  stage.run(31_000)
  assert.equal(stage.channel.actual().source, 'primary')
})

test('a rehearsal under a trigger that is as long as what is allowed fails, and says what to change [FAI-09]', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(3000)
  stage.channel.command({ do: 'rehearse', rehearsalId: 'r', cutMs: 15_000, limitMs: 2500 })
  stage.run(16_100)
  const { message, data } = stage.named('rehearsal.finished')[0]!
  assert.equal((data as Record<string, unknown>)['passed'], false)
  assert.match(message, /the trigger of 2500 ms is too long for that limit: lower it/)
})

test('a rehearsal without a backup fails, and says why', () => {
  const stage = makeStage()
  stage.channel.command({ do: 'rehearse', rehearsalId: 'r0', cutMs: 15_000, limitMs: 4000 })
  assert.match(stage.named('rehearsal.finished')[0]!.message, /the primary is not on air: the source is none/)
  stage.publish('primary')
  stage.run(3000)
  stage.channel.command({ do: 'rehearse', rehearsalId: 'r', cutMs: 15_000, limitMs: 4000 })
  stage.run(16_100)
  assert.match(stage.named('rehearsal.finished')[1]!.message, /no backup was ready: the slate took over/)
  stage.run(3000)
  assert.equal(stage.channel.actual().source, 'primary')
})

test('a take of an input without a key frame yet is done with its next one: a click right after a rehearsal is not lost [FAI-07]', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(1000)
  stage.accept()
  stage.run(4000)
  stage.channel.command({ do: 'rehearse', rehearsalId: 'r', cutMs: 15_000, limitMs: 4000 })
  stage.run(14_500)
  assert.equal(stage.channel.source, 'backup')
  stage.channel.command({ do: 'take', role: 'primary' })
  assert.equal(stage.channel.source, 'backup')
  stage.run(3000)
  assert.equal(stage.channel.source, 'primary')
  assert.equal(stage.dials.length, 1)
})

test('a take that waits is over with the next switch, and after ten seconds', () => {
  const stage = makeStage()
  stage.publish('primary')
  stage.publish('backup')
  stage.run(5000)
  stage.channel.command({ do: 'rehearse', rehearsalId: 'r', cutMs: 20_000, limitMs: 4000 })
  stage.run(4000)
  stage.channel.command({ do: 'take', role: 'primary' })
  stage.run(18_000)
  assert.equal(stage.channel.source, 'backup', 'ten seconds were over before the primary had a key frame')
  stage.channel.command({ do: 'take', role: 'primary' })
  assert.equal(stage.channel.source, 'primary')
  stage.close('backup')
  stage.channel.command({ do: 'take', role: 'backup' })
  stage.close('primary')
  stage.run(2000)
  stage.publish('backup')
  stage.publish('primary')
  stage.run(20_000)
  assert.equal(stage.channel.source, 'backup', 'the first that is back, and no take that was forgotten')
})
