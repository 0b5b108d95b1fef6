// budget: 45 s; lane: shared, it checks facts
import assert from 'node:assert/strict'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { BroadcastFigures, type EngineEvent } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { freePort } from './support/free-port.ts'
import { startNginxRtmp } from './support/nginx-rtmp.ts'
import { decodeProblems, packetsOf } from './support/packets.ts'
import { type Program, startProgram } from './support/program.ts'
import { publishClip } from './support/publish.ts'
import { missing, nginxRtmpModule } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'nginx', nginxRtmpModule, 'srt-live-transmit')
const source = { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 60_000 } as const

/** Takes one SRT caller and writes what it sends; ends when the caller does. */
async function startSrtSink(t: TestContext, file: string): Promise<{ url: string; program: Program }> {
  const port = await freePort()
  const command = `exec srt-live-transmit -v -a no 'srt://127.0.0.1:${port}?mode=listener' file://con > '${file}'`
  return { url: `srt://127.0.0.1:${port}`, program: startProgram(t, 'sh', ['-c', command]) }
}

test('the end of a show ends every destination in good order: nothing is lost on the way, retried, or told as an error', {
  skip,
}, async (t) => {
  const folder = makeFolder(t)
  const [engine, nginx, port] = await Promise.all([startEngineProcess(t), startNginxRtmp(t), freePort()])
  const files = { listener: path.join(folder, 'listened.flv'), srt: path.join(folder, 'srt.ts') }
  const listen = (): Program =>
    startProgram(t, 'ffmpeg', [
      ...['-hide_banner', '-loglevel', 'warning', '-listen', '1', '-i', `rtmp://127.0.0.1:${port}/live`],
      ...['-map', '0', '-c', 'copy', '-flvflags', 'no_duration_filesize', '-y', files.listener],
    ])
  const listener = listen()
  const srt = await startSrtSink(t, files.srt)
  const outputs = [
    makeOutputSpec({ outputId: 'nginx', url: nginx.url, streamKey: 'show' }),
    makeOutputSpec({ outputId: 'listener', url: `rtmp://127.0.0.1:${port}/live` }),
    makeOutputSpec({ outputId: 'srt', url: srt.url, streamKey: '' }),
  ]
  // Nobody is there in this show: its guardrail switches it off.
  const partnerPort = await freePort()
  const partner = makeOutputSpec({
    ...{ outputId: 'partner', name: 'Partner', url: `rtmp://127.0.0.1:${partnerPort}/live` },
    autoDisable: { failures: 2, windowMs: 60_000 },
  })
  const { control } = engine
  const base = makeChannelSpec({ channelId: 'show', key: 'k1', outputs: [...outputs, partner], source })
  control.carry(base)
  await until('the channel is there', () => control.actual('show') !== undefined)
  const clip = await makeClip(t, { seconds: 6 })
  const publish = (): Program => publishClip(t, clip, engine.publishUrl('k1'))
  const states = (): string => outputs.map(({ outputId }) => control.output(outputId)?.state).join()
  const encoder = publish()
  await until(`all outputs are live: ${states()}`, () => states() === 'live,live,live')
  await sleep(5500) // past the 5 s that a first connection has before its time counts: the partner misses something
  await until('the partner is switched off', () => control.output('partner')?.state === 'disabled')

  const seen = control.events.length
  control.carry({ ...base, revision: 2, ended: { no: 1, by: 'Ann' } })
  await until(`all outputs are closed: ${states()}`, () => states() === 'idle,idle,idle')
  assert.equal(await listener.ended, 0, listener.output())
  await until(
    `the SRT sink sees the end: ${srt.program.output()}`,
    () => srt.program.hasEnded() || /close|broken|disconnect/i.test(srt.program.output()),
  )
  // How ffmpeg puts the end of a listener is another sentence in each version; what it received is judged below.
  assert.doesNotMatch(listener.output(), /invalid|corrupt/i)
  await srt.program.end('SIGINT')

  // What had left for one destination had left for all of them, and all of it came.
  const got = { nginx: nginx.recordings()[0]!, ...files }
  const counts: Record<string, number> = {}
  for (const [name, file] of Object.entries(got)) {
    assert.equal(await decodeProblems(t, file), '', name)
    counts[name] = (await packetsOf(t, file, 'video')).length
  }
  t.diagnostic(`frames of video: ${JSON.stringify(counts)}`)
  assert.ok(Math.min(...Object.values(counts)) > 80, JSON.stringify(counts))
  assert.equal(counts['nginx'], counts['listener'], 'two destinations of one wire hold the same')

  await sleep(3000)
  const since = (): readonly EngineEvent[] => control.events.slice(seen)
  const over = since().find(({ name }) => name === 'broadcast.ended')
  assert.deepEqual(
    since().filter((event) => event.severity !== 'info' && event !== over),
    [],
  )
  // The only one that missed anything is the one that nobody took.
  assert.match(over?.message ?? '', /^Ann ended the show after under a minute: .* was missed by Partner$/)
  const { outputs: shares } = BroadcastFigures.parse(over?.data)
  assert.deepEqual(
    shares.map(({ outputId, share }) => [outputId, share]),
    [...outputs.map(({ outputId }) => [outputId, 1]), ['partner', 0]],
  )
  assert.deepEqual([nginx.recordings().length, states(), control.actual('show')?.source], [1, 'idle,idle,idle', 'none'])
  assert.equal(control.actual('show')?.inputs[0]?.state, 'receiving', 'the encoder still sends')

  // The encoder stops by its own word: information. It comes again: a new broadcast, on all that still listens.
  await encoder.end('SIGTERM')
  await until('the encoder is gone', () => control.actual('show')?.inputs[0]?.state === 'waiting')
  const again = listen()
  const back = await openRtmpSink({ port: partnerPort })
  t.after(() => back.close())
  publish()
  await until('the next broadcast is out', () => control.output('nginx')?.state === 'live' && control.output('listener')?.state === 'live')
  assert.equal(control.actual('show')?.resumedNo, 1)
  await until('the partner is tried again, and live', () => control.output('partner')?.state === 'live')
  assert.equal(
    since().find(({ name }) => name === 'output.rearmed')?.message,
    'Partner was disabled in an earlier broadcast: it is re-armed for this one',
  )
  assert.equal(since().filter(({ name }) => name === 'broadcast.started').length, 1)
  assert.equal(since().find(({ name }) => name === 'input.lost')?.severity, 'info')
  await again.end()
})

test('an engine that dies in the end of a show keeps it ended when it is back, with the encoder at its door', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const runDir = makeFolder(t)
  const first = await startEngineProcess(t, { runDir })
  const port = await freePort()
  const base = makeChannelSpec({
    channelId: 'show',
    key: 'k1',
    outputs: [makeOutputSpec({ outputId: 'o', url: `rtmp://127.0.0.1:${port}/live` })],
    source,
  })
  first.control.carry(base)
  await until('the channel is there', () => first.control.actual('show') !== undefined)
  const clip = await makeClip(t, { seconds: 6 })
  publishClip(t, clip, first.publishUrl('k1'))
  await until('it is live', () => first.control.actual('show')?.state === 'live')
  first.control.carry({ ...base, revision: 2, ended: { no: 1, by: 'Ann' } })
  await first.program.end('SIGKILL')

  const next = await startEngineProcess(t, { runDir, ports: first.ports })
  next.control.carry({ ...base, revision: 2, ended: { no: 1, by: 'Ann' } })
  await until('the channel is there again', () => next.control.actual('show') !== undefined)
  publishClip(t, clip, next.publishUrl('k1'))
  await until('the encoder is back', () => next.control.actual('show')?.inputs[0]?.state === 'receiving')
  await sleep(2000)
  assert.deepEqual([next.control.actual('show')?.source, next.control.output('o')?.attempts], ['none', 0])
})
