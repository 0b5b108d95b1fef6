import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import type { SourcePolicy } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink, type RtmpSinkServer } from '@sluice/testkit/rtmp-sink'
import { assertInStep, makeBeepClip, sendClip, soundOffsetsMs } from './failover/beep-clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { recordHls } from './support/hls-recorder.ts'
import { decodeProblems } from './support/packets.ts'
import { stepsBack } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg')
const source: SourcePolicy = { lock: 'auto', triggerMs: 2000, holdMs: 4000, slateMs: 60_000 }

/** Carries a channel with one output, and waits until the engine has it. */
async function carryShow({ control }: EngineProcess, sink: RtmpSinkServer, channelId: string): Promise<void> {
  const outputs = [makeOutputSpec({ outputId: `${channelId}-out`, url: sink.url, streamKey: channelId })]
  control.carry(makeChannelSpec({ channelId, key: `${channelId}p`, backupKey: `${channelId}b`, outputs, source }))
  await until('the channel is there', () => control.actual(channelId) !== undefined)
}

const pathOf = ({ control }: EngineProcess, channelId: string): string[] =>
  control.events.flatMap(({ name, channelId: id, data }) =>
    name === 'source.switched' && id === channelId ? [`${data['to']} ${data['cause']}`] : [],
  )
const isOnAir = ({ control }: EngineProcess, channelId: string, role: string) =>
  until(`the ${role} is on the air`, () => control.actual(channelId)?.source === role)
const isWarm = ({ control }: EngineProcess, channelId: string, role: string) =>
  until(`the ${role} is warm`, () => control.actual(channelId)?.inputs.find((one) => one.role === role)?.state === 'receiving')

async function openSink(t: TestContext): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  return sink
}

/** Seconds until the time stamps of MPEG-TS wrap, and those of FLV as ffmpeg writes it: 33 bits of 90 kHz, 31 bits of milliseconds. */
const wrapsAtS = { srt: 2 ** 33 / 90_000, rtmp: 2 ** 31 / 1000 } as const
const cuts = [
  { protocol: 'srt', cutS: -0.5 },
  { protocol: 'srt', cutS: 0.3 },
  { protocol: 'srt', cutS: 1.2 },
  { protocol: 'rtmp', cutS: -0.5 },
  { protocol: 'rtmp', cutS: 0.3 },
  { protocol: 'rtmp', cutS: 1.2 },
] as const
const wrapAfterS = 6

test('a switch beside the wrap of the time stamps keeps outputs monotonic and in step [FAI-10]', { skip, concurrency: 6 }, async (t) => {
  const engine = await startEngineProcess(t)
  const sink = await openSink(t)
  const clip = await makeBeepClip(t, 60)
  const usualMs = median(await soundOffsetsMs(t, clip))
  await Promise.all(
    cuts.map(({ protocol, cutS }, i) =>
      t.test(`${protocol} is cut ${cutS} s after its wrap`, async (t) => {
        const id = `w${i}`
        await carryShow(engine, sink, id)
        const url =
          protocol === 'rtmp' ? engine.publishUrl(`${id}p`) : `srt://127.0.0.1:${engine.ports.srt}?streamid=publish:${id}p&latency=200000`
        const primary = sendClip(t, clip, url, { shiftS: wrapsAtS[protocol] - wrapAfterS })
        const startMs = performance.now()
        await isOnAir(engine, id, 'primary')
        sendClip(t, clip, engine.publishUrl(`${id}b`), { shiftS: 9000 })
        await isWarm(engine, id, 'backup')
        await sleep((wrapAfterS + cutS) * 1000 - (performance.now() - startMs))
        primary.signal('SIGKILL')
        await isOnAir(engine, id, 'backup')
        const recordedMs = (): number => {
          const times = sink.sessions.find(({ streamKey }) => streamKey === id)?.messages.map(({ timestampMs }) => timestampMs) ?? []
          return (times.at(-1) ?? 0) - (times[0] ?? 0)
        }
        await until('enough is recorded', () => recordedMs() >= (wrapAfterS + cutS + 4.5) * 1000)
        assert.deepEqual(pathOf(engine, id), ['primary start', `backup ${protocol === 'srt' ? 'silent' : 'closed'}`])
        const own = sink.sessions.filter(({ streamKey }) => streamKey === id)
        assert.equal(own.length, 1, 'the output kept its one connection')
        assert.deepEqual(stepsBack(own[0]!), [])
        const file = path.join(makeFolder(t), 'recorded.flv')
        writeFileSync(file, flvOfMessages(own[0]!.messages))
        assert.equal(await decodeProblems(t, file), '')
        const offsetsMs = (await soundOffsetsMs(t, file)).map((offset) => Math.round(offset - usualMs))
        t.diagnostic(`sound against picture: ${offsetsMs.join(' ')} ms`)
        assertInStep(offsetsMs, 1)
      }),
    ),
  )
})

/** At once, each with an engine of its own: most of the time of one is waiting. */
const concurrency = 3

describe('a backup of another kind, and an engine that dies', { concurrency }, () => {
  const moments = [
    { name: 'while the silence is not yet told', isSilent: true, atSwitch: false },
    { name: 'at the very switch', isSilent: false, atSwitch: true },
  ]
  for (const { name, isSilent, atSwitch } of moments) {
    test(`an engine that is killed ${name} comes back into a sane state`, { skip }, async (t) => {
      const first = await startEngineProcess(t, { viewers: 'start' })
      const sink = await openSink(t)
      await carryShow(first, sink, 'show')
      const clip = await makeBeepClip(t, 60)
      const primary = sendClip(t, clip, first.publishUrl('showp'))
      await isOnAir(first, 'show', 'primary')
      const backup = sendClip(t, clip, first.publishUrl('showb'), { shiftS: 7000 })
      await isWarm(first, 'show', 'backup')
      await until('the output is live', () => first.control.output('show-out')?.state === 'live')
      primary.signal(isSilent ? 'SIGSTOP' : 'SIGKILL')
      if (atSwitch) await until('it switches', () => pathOf(first, 'show').length === 2)
      else await sleep(1000)
      await first.program.end('SIGKILL')
      await primary.end('SIGKILL')
      await backup.ended
      await until('the destination knows', () => sink.sessions[0]?.ended !== null)

      const { runDir, ports, viewers } = first
      const second = await startEngineProcess(t, { runDir, ports, viewers: viewers! })
      await carryShow(second, sink, 'show')
      sendClip(t, clip, second.publishUrl('showb'), { shiftS: 7000 })
      await isOnAir(second, 'show', 'backup')
      await until('the output is live again', () => second.control.output('show-out')?.state === 'live')
      sendClip(t, clip, second.publishUrl('showp'))
      await isWarm(second, 'show', 'primary')
      await isOnAir(second, 'show', 'primary')
      await until('the playlist goes on', () => second.control.actual('show')?.hlsReady === true)
      assert.deepEqual(pathOf(second, 'show'), ['backup start', 'primary returned'])
      assert.equal(sink.sessions.length, 2, 'one session before, one after')
      assert.deepEqual(stepsBack(sink.sessions[1]!), [])
    })
  }

  test('an HEVC backup of an H.264 primary is warned about beforehand, carried where it fits, and H.264 comes back', {
    skip,
  }, async (t) => {
    const engine = await startEngineProcess(t, { viewers: 'start' })
    const sink = await openSink(t)
    await carryShow(engine, sink, 'show')
    const [clip, hevc] = await Promise.all([makeBeepClip(t, 30), makeBeepClip(t, 30, 'hevc')])
    const primary = sendClip(t, clip, engine.publishUrl('showp'))
    await isOnAir(engine, 'show', 'primary')
    sendClip(t, hevc, `srt://127.0.0.1:${engine.ports.srt}?streamid=publish:showb&latency=200000`)
    await isWarm(engine, 'show', 'backup')
    await until('the mismatch is told', () => engine.control.events.some(({ name }) => name === 'input.warned'))
    const warned = engine.control.events.find(({ name }) => name === 'input.warned')
    assert.match(warned!.message, /h265 instead of h264/)
    const hls = recordHls(t, engine.hlsUrl('show'))
    await sleep(2000)
    primary.signal('SIGKILL')
    await isOnAir(engine, 'show', 'backup')
    await sleep(3000)
    sendClip(t, clip, engine.publishUrl('showp'), { shiftS: 500 })
    await isWarm(engine, 'show', 'primary')
    await isOnAir(engine, 'show', 'primary')
    await sleep(4000)
    assert.deepEqual(pathOf(engine, 'show'), ['primary start', 'backup closed', 'primary returned'])
    assert.equal(sink.sessions.length, 1, 'the output kept its one connection')
    assert.deepEqual(stepsBack(sink.sessions[0]!), [])
    const isHevc = ({ kind, body }: { kind: string; body: Uint8Array }): boolean =>
      kind === 'video' && (body[0]! & 0x80) !== 0 && String.fromCharCode(...body.subarray(1, 5)) === 'hvc1'
    assert.ok(sink.sessions[0]!.messages.some(isHevc), 'HEVC went out in Enhanced RTMP')
    assert.ok(!isHevc(sink.sessions[0]!.messages.findLast(({ kind }) => kind === 'video')!), 'H.264 is back')
    assert.deepEqual(hls.problems, [])
    assert.ok(hls.discontinuities >= 2 && hls.files().length >= 3, 'each codec has an init segment of its own')
    for (const part of hls.files()) assert.equal(await decodeProblems(t, part), '')
  })
})

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
