// budget: 60 s, slates that are watched for their whole hold
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type EngineEvent, RehearsalResult, type SourcePolicy } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { assertInStep, makeBeepClip, sendClip, soundOffsetsMs } from './failover/beep-clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { type HlsRecorder, recordHls } from './support/hls-recorder.ts'
import { decodeProblems } from './support/packets.ts'
import type { Program } from './support/program.ts'
import { longestWaitMs, stepsBack } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg')
const source: SourcePolicy = { lock: 'auto', triggerMs: 2000, holdMs: 4000, slateMs: 60_000 }

/** An engine with one channel, one recording destination and one HLS viewer. */
async function makeShow(t: TestContext) {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const { control } = engine
  const spec = makeChannelSpec({
    channelId: 'show',
    key: 'primary',
    backupKey: 'backup',
    outputs: [makeOutputSpec({ outputId: 'o', url: sink.url })],
    source,
  })
  control.carry(spec)
  await until('the channel is there', () => control.actual('show') !== undefined)
  const hls = recordHls(t, engine.hlsUrl('show'))
  return {
    control,
    hls,
    setSource: (patch: Partial<SourcePolicy>) => control.carry({ ...spec, source: { ...source, ...patch } }),
    send: (clip: string, key: 'primary' | 'backup', options: Parameters<typeof sendClip>[3] = {}): Program =>
      sendClip(t, clip, engine.publishUrl(key), options),
    is: (what: string) => until(`the source is ${what}`, () => control.actual('show')?.source === what),
    named: (name: EngineEvent['name']) => control.events.filter((event) => event.name === name),
    path: () => control.events.flatMap(({ name, data }) => (name === 'source.switched' ? [`${data['to']} ${data['cause']}`] : [])),
    sessions: (): readonly SinkSession[] => sink.sessions,
  }
}

/** The destination had one session all along, and what it recorded can be decoded and is in step. */
async function assertUnnoticed(
  t: TestContext,
  sessions: readonly SinkSession[],
  hls: HlsRecorder,
  usualMs: number,
  cuts: number,
): Promise<void> {
  assert.equal(sessions.length, 1, 'the output kept its one connection')
  assert.equal(sessions[0]!.ended, null)
  assert.deepEqual(stepsBack(sessions[0]!), [])
  const file = path.join(makeFolder(t), 'recorded.flv')
  writeFileSync(file, flvOfMessages(sessions[0]!.messages))
  assert.equal(await decodeProblems(t, file), '')
  const offsetsMs = (await soundOffsetsMs(t, file)).map((offset) => Math.round(offset - usualMs))
  t.diagnostic(`sound against picture: ${offsetsMs.join(' ')} ms`)
  assertInStep(offsetsMs, cuts, 4)
  assert.deepEqual(hls.problems, [])
  for (const part of hls.files()) assert.equal(await decodeProblems(t, part), '')
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** At once, each with an engine of its own: most of the time of one is waiting. */
const concurrency = 4

describe('slate, hold and rehearsal', { concurrency }, () => {
  test('with both inputs gone a still picture and silence keep the destination, until an input is back [FAI-13]', { skip }, async (t) => {
    const show = await makeShow(t)
    const clip = await makeBeepClip(t, 60)
    const usualMs = median(await soundOffsetsMs(t, clip))
    const primary = show.send(clip, 'primary')
    await show.is('primary')
    const backup = show.send(clip, 'backup', { shiftS: 5000 })
    await until('the backup is warm', () => show.control.actual('show')?.inputs[1]?.state === 'receiving')
    await sleep(3000)
    await primary.end()
    await show.is('backup')
    await sleep(2000)
    await backup.end('SIGKILL')
    await show.is('slate')
    const before = show.sessions()[0]!.counts.video
    await sleep(6000)
    const pictures = show.sessions()[0]!.counts.video - before
    assert.ok(pictures >= 6, `${pictures} pictures in 6 s of slate`)
    assert.equal(show.control.output('o')?.state, 'live')
    show.send(clip, 'primary', { shiftS: 20 })
    await show.is('primary')
    await sleep(4000)
    assert.deepEqual(show.path(), ['primary start', 'backup stopped', 'slate closed', 'primary resumed'])
    await assertUnnoticed(t, show.sessions(), show.hls, usualMs, show.path().length - 1)
    assert.ok(show.hls.discontinuities >= 3)
  })

  test('the primary returns after its hold and not before, a lock holds it off, and an operator may take it [FAI-05] [FAI-07]', {
    skip,
  }, async (t) => {
    const show = await makeShow(t)
    const clip = await makeBeepClip(t, 60)
    const usualMs = median(await soundOffsetsMs(t, clip))
    let primary = show.send(clip, 'primary')
    await show.is('primary')
    show.send(clip, 'backup', { shiftS: 5000 })
    await until('the backup is warm', () => show.control.actual('show')?.inputs[1]?.state === 'receiving')
    // Comes and goes, each time for less than the hold: it never gets the air.
    for (let round = 0; round < 3; round++) {
      await primary.end('SIGKILL')
      await show.is('backup')
      primary = show.send(clip, 'primary', { shiftS: 100 * round })
      await until('it is back', () => show.control.actual('show')?.inputs[0]?.state === 'receiving')
      await sleep(1500)
    }
    assert.deepEqual(show.path(), ['primary start', 'backup closed'])
    const backMs = await show.is('primary')
    assert.ok(backMs > 1500, `back after ${backMs} ms`)
    show.setSource({ lock: 'backup' })
    await show.is('backup')
    await sleep(5000)
    assert.equal(show.control.actual('show')?.source, 'backup')
    show.setSource({ lock: 'auto', holdMs: 60_000 })
    show.control.send({ type: 'source', channelId: 'show', command: { do: 'take', role: 'primary' } })
    await show.is('primary')
    await sleep(2000)
    assert.deepEqual(show.path().slice(2), ['primary returned', 'backup locked', 'primary taken'])
    await assertUnnoticed(t, show.sessions(), show.hls, usualMs, show.path().length - 1)
  })

  test('a rehearsal cuts the primary for 15 s and passes with the backup on the air within 4 s [FAI-04] [OPS-11]', { skip }, async (t) => {
    const show = await makeShow(t)
    const clip = await makeBeepClip(t, 60)
    const usualMs = median(await soundOffsetsMs(t, clip))
    show.send(clip, 'primary')
    await show.is('primary')
    show.send(clip, 'backup')
    await until('the backup is warm', () => show.control.actual('show')?.inputs[1]?.state === 'receiving')
    await until('the output is live', () => show.control.output('o')?.state === 'live')
    await sleep(2000)
    const command = { do: 'rehearse', rehearsalId: 'r1', cutMs: 15_000, limitMs: 4000 } as const
    show.control.send({ type: 'source', channelId: 'show', command })
    await until('the verdict is there', () => show.named('rehearsal.finished').length > 0, 30_000)
    const result = RehearsalResult.parse(show.named('rehearsal.finished')[0]!.data)
    t.diagnostic(result.message)
    assert.deepEqual([result.passed, result.source, result.reconnects], [true, 'backup', 0])
    const waitMs = longestWaitMs(show.sessions()[0]!)
    t.diagnostic(`at the destination: ${Math.round(waitMs)} ms without a frame`)
    assert.ok(waitMs < 4000, `the destination waited ${waitMs} ms for a frame`)
    await show.is('primary')
    await sleep(1500)
    assert.deepEqual(show.path(), ['primary start', 'backup silent', 'primary returned'])
    await assertUnnoticed(t, show.sessions(), show.hls, usualMs, show.path().length - 1)
  })

  test('a backup of audio alone keeps the destination connected, and the primary brings the picture back', { skip }, async (t) => {
    const show = await makeShow(t)
    const clip = await makeBeepClip(t, 60)
    const primary = show.send(clip, 'primary')
    await show.is('primary')
    show.send(clip, 'backup', { maps: ['-map', '0:a'] })
    await until('the mismatch is told', () => show.named('input.warned').length > 0)
    assert.match(show.named('input.warned')[0]!.message, /video none instead of present/)
    await primary.end('SIGKILL')
    await show.is('backup')
    await sleep(4000)
    show.send(clip, 'primary')
    await show.is('primary')
    await sleep(3000)
    assert.equal(show.sessions().length, 1)
    assert.deepEqual(stepsBack(show.sessions()[0]!), [])
    assert.deepEqual(show.hls.problems, [])
    for (const part of show.hls.files()) assert.equal(await decodeProblems(t, part), '')
  })
})
