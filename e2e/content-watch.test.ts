import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { ContentMeasures, ContentTriggers } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { sendClip } from './failover/beep-clip.ts'
import { badStretches, makeTurningClip } from './failover/turning-clip.ts'
import { childrenOf, innermost } from './support/children.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { stepsBack } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'

const off: ContentTriggers = { noKeyFrame: false, bitrateShare: 0, timeStall: false, audioLoss: false }
/** When the primaries turn bad: the child has died twice by then, and is back. */
const badAtS = 12

/** A channel with a backup and a recording destination. */
async function makeShow(t: TestContext, engine: EngineProcess, channelId: string, triggers: Partial<ContentTriggers>) {
  const { control } = engine
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const outputs = [makeOutputSpec({ outputId: `${channelId}-o`, url: sink.url })]
  const source = { lock: 'auto', triggerMs: 2000, holdMs: 60_000, slateMs: 60_000, triggers: { ...off, ...triggers } } as const
  control.carry(makeChannelSpec({ channelId, key: `${channelId}-p`, backupKey: `${channelId}-b`, outputs, source }))
  await until('the channel is there', () => control.actual(channelId) !== undefined)
  const content = (): ContentMeasures | undefined =>
    control.stats?.channels.find((channel) => channel.channelId === channelId)?.inputs.find(({ inputId }) => inputId.endsWith('primary'))
      ?.content
  return {
    content,
    sink,
    send: (clip: string, role: 'p' | 'b') => sendClip(t, clip, engine.publishUrl(`${channelId}-${role}`)),
    is: (role: string) => until(`${channelId} shows its ${role}`, () => control.actual(channelId)?.source === role, 30_000),
    path: () =>
      control.events.flatMap(({ name, data, channelId: of }) =>
        name === 'source.switched' && of === channelId ? [`${data['to']} ${data['cause']}`] : [],
      ),
    /** What the destination got, as a file. */
    record(): string {
      assert.equal(sink.sessions.length, 1, 'the output kept its one connection')
      assert.equal(sink.sessions[0]!.ended, null)
      assert.deepEqual(stepsBack(sink.sessions[0]!), [])
      const file = path.join(makeFolder(t), 'recorded.flv')
      writeFileSync(file, flvOfMessages(sink.sessions[0]!.messages))
      return file
    },
  }
}

test('a primary that goes black, and one that goes silent, give way to their backups, also after the child that sees it was killed and was stuck [FAI-02]', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const [dark, mute, fine] = await Promise.all([
    makeTurningClip(t, { seconds: 40, blackAtS: badAtS }),
    makeTurningClip(t, { seconds: 40, silentAtS: badAtS }),
    makeTurningClip(t, { seconds: 40 }),
  ])
  const engine = await startEngineProcess(t)
  const { control, program } = engine
  const black = await makeShow(t, engine, 'dark', { blackMs: 1000 })
  const silent = await makeShow(t, engine, 'mute', { silenceMs: 2000 })
  assert.deepEqual(childrenOf(program.pid), [], 'without a session nobody looks')
  black.send(dark, 'p')
  silent.send(mute, 'p')
  await Promise.all([black.is('primary'), silent.is('primary')])
  black.send(fine, 'b')
  silent.send(fine, 'b')

  const areMeasured = (): boolean => black.content()?.picture != null && silent.content()?.sound != null
  await until('pictures and sound are measured', areMeasured)
  const [first, ...others] = childrenOf(program.pid)
  assert.deepEqual(others, [], 'one child for all inputs')
  assert.ok(
    black.content()!.picture!.luma > 0.2 && silent.content()!.sound!.rmsDb > -20,
    JSON.stringify([black.content(), silent.content()]),
  )
  /** The child is ended or stuck: another one measures in its place. */
  const isReplaced = (pid: number) =>
    until('another child measures', () => childrenOf(program.pid).every((one) => one !== pid) && areMeasured(), 20_000)
  process.kill(first!, 'SIGKILL')
  await until('it is seen that nobody measures', () => black.content()?.picture === null)
  await isReplaced(first!)
  const [second] = childrenOf(program.pid)
  process.kill(innermost(second!), 'SIGSTOP')
  await isReplaced(second!)

  await Promise.all([black.is('backup'), silent.is('backup')])
  const atSwitch = [black, silent].map(({ sink }) => sink.sessions[0]!.counts.video)
  const goesOn = (): boolean => [black, silent].every(({ sink }, i) => sink.sessions[0]!.counts.video > atSwitch[i]! + 24)
  await until('both destinations have a second of the backups', goesOn)
  assert.deepEqual(black.path(), ['primary start', 'backup black'])
  assert.deepEqual(silent.path(), ['primary start', 'backup audio-silent'])
  const told = control.events.filter(({ name }) => name.startsWith('watch.')).map(({ name }) => name)
  assert.deepEqual(told, ['watch.failed', 'watch.restored'], 'the second failure within ten minutes is not told again')
  const [blackS, silentS] = [await badStretches(t, black.record(), 'black'), await badStretches(t, silent.record(), 'silence')]
  t.diagnostic(`viewers saw ${blackS} s of black and heard ${silentS} s of silence`)
  // The time of the trigger, two GOPs that are seen at their key frames alone, and the beat of the judgement; a busy machine has a second more.
  assert.ok(blackS.length === 1 && blackS[0]! < 1 + 1 + 1.5, `${blackS} s of black`)
  assert.ok(silentS.length === 1 && silentS[0]! < 2 + 1 + 1.5, `${silentS} s of silence`)
})
