import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createReadStream, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { SwitchFigures } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink, type RtmpSinkServer } from '@sluice/testkit/rtmp-sink'
import { makeBeepClip, sendClip, soundOffsetsMs } from './failover/beep-clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { startNginxRtmp } from './support/nginx-rtmp.ts'
import { decodeProblems } from './support/packets.ts'
import { type Program, startProgram } from './support/program.ts'
import { longestWaitMs, stepsBack } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

test('a backup that is pulled over RTMP or HLS takes over from a pushed primary, and no destination notices [FAI-01] [ING-07]', {
  skip: missing('ffmpeg', 'nginx'),
}, async (t) => {
  const engine = await startEngineProcess(t)
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const clip = await makeBeepClip(t, 40)
  const web = await startWebServer(t)
  const nginx = await startNginxRtmp(t)
  const feed = sendClip(t, clip, `${nginx.url}/feed`, { shiftS: 500 })
  packHls(t, clip, path.join(web.folder, 'ts'), [])
  packHls(t, clip, path.join(web.folder, 'mp4'), ['-hls_segment_type', 'fmp4'])
  const sources = [
    { id: 'rtmp', url: `${nginx.url}/feed`, protocol: 'rtmp' },
    { id: 'ts', url: `${web.url}/ts/index.m3u8?token=hunter7`, protocol: 'hls' },
    { id: 'mp4', url: `${web.url}/mp4/index.m3u8`, protocol: 'hls' },
  ]
  const stages = await Promise.all(sources.map((source) => openChannel(t, { engine, sink, clip, ...source })))
  await sleep(3000)
  for (const { primary } of stages) primary.signal('SIGKILL')
  await Promise.all(stages.map(({ id }) => until(`${id} is on its backup`, () => engine.control.actual(id)?.source === 'backup')))
  await sleep(6000)
  for (const { id } of stages) await t.test(`over ${id}`, (t) => checkSwitch(t, engine, sink, id))

  const input = () => engine.control.actual('rtmp')?.inputs.find((one) => one.role === 'backup')
  feed.signal('SIGKILL')
  await until('the source is known to be gone', () => input()?.state === 'waiting')
  sendClip(t, clip, `${nginx.url}/feed`, { shiftS: 900 })
  await until('the source is back on the air', () => engine.control.actual('rtmp')?.source === 'backup' && input()?.state === 'receiving')
  assert.equal(sink.sessions.filter(({ streamKey }) => streamKey === 'rtmp').length, 1, 'slate kept the output through it')
  assert.doesNotMatch(engine.program.output() + JSON.stringify(engine.control.events), /hunter7/)
})

type Stage = {
  readonly engine: EngineProcess
  readonly sink: RtmpSinkServer
  readonly clip: string
  readonly id: string
  readonly url: string
  readonly protocol: string
}

/** A channel whose primary is pushed and whose backup is pulled from `url`, both warm. */
async function openChannel(t: TestContext, { engine, sink, clip, id, url, protocol }: Stage): Promise<{ id: string; primary: Program }> {
  const { control } = engine
  const outputs = [makeOutputSpec({ outputId: `${id}-out`, url: sink.url, streamKey: id })]
  const spec = makeChannelSpec({
    channelId: id,
    key: `${id}p`,
    backupKey: `${id}b`,
    outputs,
    source: { lock: 'auto', triggerMs: 2000, holdMs: 30_000, slateMs: 60_000 },
  })
  control.carry(spec)
  const backup = () => control.actual(id)?.inputs.find((input) => input.role === 'backup')
  const primary = sendClip(t, clip, engine.publishUrl(`${id}p`))
  await until(
    `${id}: the primary is on the air`,
    () => control.actual(id)?.source === 'primary' && control.output(`${id}-out`)?.state === 'live',
  )
  // Told in mid-stream, as an operator does it.
  control.carry({
    ...spec,
    revision: 2,
    inputs: spec.inputs.map((input) => (input.role === 'backup' ? { ...input, pull: { url } } : input)),
  })
  await until(`${id}: the backup is warm`, () => backup()?.state === 'receiving' && backup()?.video?.codec === 'h264')
  assert.deepEqual(
    [backup()?.protocol, backup()?.pull?.state, backup()?.video?.codec, backup()?.audio?.codec],
    [protocol, 'connected', 'h264', 'aac'],
  )
  return { id, primary }
}

async function checkSwitch(t: TestContext, { control }: EngineProcess, sink: RtmpSinkServer, id: string): Promise<void> {
  const told = control.events
    .filter(({ name, channelId }) => name === 'source.switched' && channelId === id)
    .map(({ data }) => SwitchFigures.parse(data))
  const [figures] = told.filter(({ to }) => to === 'backup')
  t.diagnostic(`${figures?.cause}: ${figures?.activationMs} ms, ${figures?.framesLost} frames lost`)
  assert.deepEqual([told.at(-1)?.to, told.filter(({ to }) => to === 'slate').length], ['backup', 0])
  const sessions = sink.sessions.filter(({ streamKey }) => streamKey === id)
  assert.deepEqual([sessions.length, sessions[0]?.ended], [1, null], 'the output kept its one connection')
  const [session] = sessions
  assert.deepEqual(stepsBack(session!), [])
  const waitMs = longestWaitMs(session!)
  assert.ok(waitMs < 1500, `the destination waited ${waitMs} ms for a frame`)
  // No hole and no burst: media goes on with the clock on the pulled input.
  const times = session!.messages.filter(({ kind }) => kind === 'video').map(({ timestampMs }) => timestampMs)
  const longestMs = Math.max(...times.slice(1).map((timeMs, i) => timeMs - times[i]!))
  assert.ok(longestMs < 1500, `a hole of ${longestMs} ms`)
  const file = path.join(makeFolder(t), 'recorded.flv')
  writeFileSync(file, flvOfMessages(session!.messages))
  assert.equal(await decodeProblems(t, file), '')
  const offsetsMs = await soundOffsetsMs(t, file)
  t.diagnostic(`sound against picture: ${offsetsMs.map(Math.round).join(' ')} ms`)
  assert.ok(
    offsetsMs.slice(-3).every((offset) => Math.abs(offset - offsetsMs[1]!) < 40),
    offsetsMs.join(' '),
  )
}

/** A packager of live HLS, segments of a second. */
function packHls(t: TestContext, clip: string, folder: string, more: readonly string[]): void {
  mkdirSync(folder)
  const input = ['-hide_banner', '-loglevel', 'error', '-re', '-i', clip, '-c', 'copy']
  const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '5', '-hls_flags', 'delete_segments+temp_file', ...more]
  startProgram(t, 'ffmpeg', [...input, ...hls, path.join(folder, 'index.m3u8')])
}

/** Serves the files of a folder. */
async function startWebServer(t: TestContext): Promise<{ url: string; folder: string }> {
  const folder = makeFolder(t)
  const server = createServer(({ url = '/' }, response) => {
    const file = path.join(folder, path.normalize(new URL(url, 'http://h').pathname))
    if (!file.startsWith(folder) || !existsSync(file)) response.writeHead(404).end()
    else
      createReadStream(file)
        .on('error', () => response.destroy())
        .pipe(response)
  }).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, folder }
}
