import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import type { InputRole } from '@sluice/base/words'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeBeepClip, sendClip } from './failover/beep-clip.ts'
import { makeCertificate } from './support/certificate.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { recordHls } from './support/hls-recorder.ts'
import { decodeProblems } from './support/packets.ts'
import type { Program } from './support/program.ts'
import { longestWaitMs, stepsBack } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const source = { lock: 'auto', triggerMs: 1000, holdMs: 2500, slateMs: 60_000 } as const

test('three inputs over RTMP, RTMPS and SRT die and come back in turn, change places live, and no destination notices [FAI-03] [FAI-10]', {
  skip: missing('ffmpeg', 'openssl'),
}, async (t) => {
  const engine = await startEngineProcess(t, { tls: await makeCertificate(t), viewers: 'start' })
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const { control, ports } = engine
  const outputs = [makeOutputSpec({ outputId: 'o', url: sink.url })]
  const spec = makeChannelSpec({ channelId: 'show', key: 'p', backupKey: 'b', moreKeys: ['b2'], outputs, source })
  control.carry(spec)
  const clip = await makeBeepClip(t, 60)
  const start: Readonly<Record<'primary' | 'backup' | 'backup2', () => Program>> = {
    primary: () => sendClip(t, clip, engine.publishUrl('p')),
    backup: () => sendClip(t, clip, `rtmps://127.0.0.1:${ports.rtmps}/live/b`, { shiftS: 300 }),
    backup2: () => sendClip(t, clip, `srt://127.0.0.1:${ports.srt}?streamid=publish:b2&latency=200000`, { shiftS: 9000 }),
  }
  const is = (role: InputRole): Promise<number> => until(`${role} is on the air`, () => control.actual('show')?.source === role)
  const isWarm = (role: InputRole): Promise<number> =>
    until(`${role} is warm`, () => control.actual('show')?.inputs.find((input) => input.role === role)?.state === 'receiving')

  const primary = start.primary()
  await is('primary')
  const backup = start.backup()
  start.backup2()
  await Promise.all([isWarm('backup'), isWarm('backup2')])
  await until('the output is live', () => control.output('o')?.state === 'live')
  const hls = recordHls(t, engine.hlsUrl('show'))
  await sleep(1500)
  await primary.end('SIGKILL')
  await is('backup')
  await sleep(1000)
  await backup.end('SIGKILL')
  await is('backup2')
  start.backup()
  await is('backup')
  start.primary()
  await is('primary')

  const [first, second, third] = spec.inputs
  const swapped = [{ ...third!, role: 'primary' as const }, second!, { ...first!, role: 'backup2' as const }]
  control.carry({ ...spec, revision: 2, inputs: swapped })
  await is('backup2')
  await is('primary')
  await sleep(1000)
  hls.stop()

  const moves = control.events.flatMap(({ name, data }) => (name === 'source.switched' ? [`${data['to']} ${data['cause']}`] : []))
  assert.deepEqual(moves, [
    'primary start',
    'backup closed',
    'backup2 closed',
    'backup returned',
    'primary returned',
    // What was the primary stays on the air as backup 2, until the new primary was clean for the hold.
    'primary returned',
  ])
  assert.equal(control.events.filter(({ name }) => name === 'input.lost').length, 2, 'the exchange ended no session')
  assert.equal(sink.sessions.length, 1, 'the output kept its one connection')
  assert.equal(sink.sessions[0]!.ended, null)
  assert.deepEqual(stepsBack(sink.sessions[0]!), [])
  const waitMs = longestWaitMs(sink.sessions[0]!)
  assert.ok(waitMs < 1300, `the destination waited ${waitMs} ms for a frame`)
  const file = path.join(makeFolder(t), 'recorded.flv')
  writeFileSync(file, flvOfMessages(sink.sessions[0]!.messages))
  assert.equal(await decodeProblems(t, file), '')
  assert.deepEqual(hls.problems, [])
  // The segment after the last of five switches is not whole yet.
  assert.ok(hls.discontinuities >= 4, `${hls.discontinuities} discontinuities`)
  for (const part of hls.files()) assert.equal(await decodeProblems(t, part), '')
})
