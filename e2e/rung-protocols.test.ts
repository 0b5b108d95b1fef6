// budget: 30 s: one show, an output over each protocol, three changes of what they take
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Channel, type Output, paths, type Rung } from '@sluice/contract/api'
import { flvOfMessages, openRtmpSink, type RtmpSinkServer } from '@sluice/testkit/rtmp-sink'
import { openSrtSink } from '@sluice/testkit/srt-sink'
import { makeCertificate } from './support/certificate.ts'
import { makeFolder } from './support/folder.ts'
import { runProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'
import { setUpOperator } from './web/operator.ts'
import { publish } from './web/publisher.ts'
import { startSluice } from './web/sluice.ts'

const withinMs = 30_000
/** A destination: how often it was called, and what came since the last change of the picture, as a file that ffprobe reads. */
type Far = { readonly url: string; readonly calls: () => number; readonly file: (folder: string) => string }

const rtmpFar = (sink: RtmpSinkServer): Far => ({
  url: sink.url,
  calls: () => sink.connectionsTotal,
  file(folder) {
    const messages = sink.sessions.at(-1)?.messages ?? []
    const at = messages.findLastIndex(({ kind, body }) => kind === 'video' && body[1] === 0)
    const file = path.join(folder, 'got.flv')
    writeFileSync(file, flvOfMessages(messages.slice(Math.max(0, at))))
    return file
  },
})

async function srtFar(t: TestContext): Promise<Far> {
  // bound: the last three seconds, which have whole GOPs of 1 s
  let payloads: { atMs: number; bytes: Uint8Array }[] = []
  const sink = await openSrtSink({
    onPayload(_, payload) {
      const nowMs = performance.now()
      payloads = [...payloads.filter(({ atMs }) => nowMs - atMs < 3000), { atMs: nowMs, bytes: payload.slice() }]
    },
  })
  t.after(() => sink.close())
  return {
    url: sink.url,
    calls: () => sink.connectionsTotal,
    file(folder) {
      const file = path.join(folder, 'got.ts')
      writeFileSync(file, Buffer.concat(payloads.map(({ bytes }) => bytes)))
      return file
    },
  }
}

test('an output over RTMP, RTMPS and SRT changes between auto, a rung and the source live, on the connection that it has [OUT-05]', {
  skip: missing('ffmpeg', 'ffprobe', 'openssl'),
}, async (t) => {
  const sluice = await startSluice()
  t.after(() => sluice.stop())
  const api = await setUpOperator(sluice)
  const [plain, secure] = [await openRtmpSink(), await openRtmpSink({ tls: await makeCertificate(t) })]
  t.after(() => Promise.all([plain.close(), secure.close()]))
  const fars: Readonly<Record<string, Far>> = { RTMP: rtmpFar(plain), RTMPS: rtmpFar(secure), SRT: await srtFar(t) }
  const channel = await api<Channel>('POST', paths.channels, { name: 'Evening show' })
  const video = { codec: 'h264', height: 180, fps: 15, bitrateKbps: 300, gopMs: 1000 }
  const rung = await api<Rung>('POST', paths.channelRungs(channel.id), { name: 'Small', video, audio: { codec: 'aac', bitrateKbps: 64 } })
  const outputs: Output[] = []
  for (const [name, { url }] of Object.entries(fars))
    outputs.push(
      await api<Output>('POST', paths.channelOutputs(channel.id), { name, url, streamKey: name === 'SRT' ? '' : 'k', tlsVerify: false }),
    )
  assert.ok(outputs.every((output) => output.rung === 'auto'))
  const key = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-b:v', '500k', '-g', '30', '-pix_fmt', 'yuv420p']
  const encoder = publish(`${sluice.rtmpUrl}/${channel.inputs.find(({ role }) => role === 'primary')!.streamKey}`, '640x360', {
    video: key,
  })
  t.after(() => encoder.stop())

  const folder = makeFolder(t)
  const show = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0']
  /** What each gets now; a file without a whole key frame in it has none yet. */
  const sizeAt = async (far: Far): Promise<string> => {
    const text = await runProgram(t, 'ffprobe', [...show, far.file(folder)]).catch(() => '')
    return text.trim().split('\n')[0]?.replace(/,$/, '') ?? ''
  }
  const haveSize = (size: string) => async () => (await Promise.all(Object.values(fars).map(sizeAt))).every((found) => found === size)
  const take = (wished: string) => Promise.all(outputs.map(({ id }) => api<Output>('PATCH', paths.output(id), { rung: wished })))
  await until('all have the source', haveSize('640,360'), withinMs)
  await take(rung.id)
  await until('all have the rung', haveSize('320,180'), withinMs)
  await take('source')
  await until('all have the source again', haveSize('640,360'), withinMs)
  await take('auto')
  const states = await Promise.all(outputs.map(({ id }) => api<Output>('GET', paths.output(id))))
  assert.deepEqual(
    states.map(({ name, rung: wished, actual }) => [name, wished, actual?.state]),
    Object.keys(fars).map((name) => [name, 'auto', 'live']),
  )
  assert.deepEqual(
    Object.entries(fars).map(([name, { calls }]) => [name, calls()]),
    Object.keys(fars).map((name) => [name, 1]),
  )
})
