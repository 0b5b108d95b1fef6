import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { type Channel, type ChannelStats, type LatencyLedger, type Output, type Page, paths, type Rollback } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { readSettings } from '@sluice/contract/settings'
import { startControl } from '@sluice/control'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { openLossyUdp } from './srt/lossy-udp.ts'
import { makeClip } from './support/clip.ts'
import { startProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'
import { freePorts } from './web/free-ports.ts'

/** The five minutes of the automatic rollback, for a test. */
const guardWindowMs = 6000
const lossRatio = 0.15
const rollbackLimitMs = 10_000
const token = 'admin-token-for-tests-0123456789'

/** A whole Sluice whose control lives in this process, so that its judge can be given another window; engines are processes as always. */
async function startSluice(t: TestContext) {
  const [http, media, rtmp, rtmps, srt] = await freePorts(5)
  const ports = { http, 'media-http': media, rtmp, rtmps, srt }
  const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)])
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-measures-'))
  const args = ['--host', '127.0.0.1', '--data-dir', dataDir, '--allow-private-targets', ...flags]
  const settings = readSettings(args, { SLUICE_ADMIN_TOKEN: token, SLUICE_PROBES: 'off' })
  const control = await startControl({ settings, log: silentLogger, guardWindowMs })
  t.after(async () => {
    await control.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const answer = await fetch(control.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return { api, srtPort: srt! }
}

test('a lossy line and failing outputs roll a channel back by itself in time, a line that has healed gives it back, and all of it is measured [OPS-05] [OPS-06] [OUT-09] [LAT-01]', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const clip = await makeClip(t, { videoKbps: 900 })
  const { api, srtPort } = await startSluice(t)
  const [sink, closed] = [await openRtmpSink({ isRecording: false }), await openRtmpSink()]
  t.after(() => sink.close())
  await closed.close()
  const channel = await api<Channel>('POST', paths.channels, { name: 'Show' })
  const add = (name: string, url: string, priority: number): Promise<Output> =>
    api('POST', paths.channelOutputs(channel.id), { name, url, streamKey: `key-of-${name}`, priority, class: 'A' })
  for (let i = 0; i < 3; i++) await add(`good${i}`, sink.url, 900 - i)
  for (let i = 0; i < 3; i++) await add(`gone${i}`, closed.url, 100 - i)
  const outputs = async (): Promise<Output[]> => (await api<Page<Output>>('GET', `${paths.channelOutputs(channel.id)}?limit=100`)).items
  const rollback = (): Promise<Rollback> => api('GET', paths.channelRollback(channel.id))
  const statesOf = async (): Promise<string> => (await outputs()).map((output) => output.actual?.state ?? 'none').join(' ')

  const line = await openLossyUdp(srtPort, { delayMs: 20, lossRatio: 0 })
  t.after(() => line.close())
  const { streamKey } = channel.inputs.find((input) => input.role === 'primary')!
  const target = `srt://127.0.0.1:${line.port}?streamid=publish:${streamKey}&latency=400000&pkt_size=1316`
  startProgram(t, 'ffmpeg', [
    '-hide_banner',
    '-loglevel',
    'error',
    '-re',
    '-stream_loop',
    '-1',
    '-i',
    clip,
    '-c',
    'copy',
    '-f',
    'mpegts',
    target,
  ])
  await until('three outputs live', async () => (await statesOf()).split('live').length === 4)

  line.lossRatio = lossRatio
  await api('PATCH', paths.channel(channel.id), { autoRollback: { isArmed: true, keep: 2 } })
  const startedMs = await until('a rollback by itself', async () => (await rollback()).isActive)
  const rolled = await rollback()
  t.diagnostic(`rolled back after ${Math.round(startedMs)} ms of a window of ${guardWindowMs}: ${rolled.cause}`)
  assert.ok(startedMs >= guardWindowMs, 'not before the window was full')
  assert.deepEqual([rolled.actor, rolled.isAutomatic, rolled.stopped.length], ['guardrail', true, 4])
  await until('the others stopped', async () => (await statesOf()).split('stopped').length === 5)

  const ledger = await api<LatencyLedger>('GET', paths.channelLatency(channel.id))
  const stage = (name: string) => ledger.stages.find((one) => one.stage === name)!
  t.diagnostic(ledger.stages.map(({ stage: name, ms, basis }) => `${name} ${ms} ms ${basis}`).join(', '))
  assert.equal(stage('contribution').basis, 'measured')
  assert.ok(stage('contribution').ms! >= 400, 'the latency and half a round trip')
  assert.ok(stage('contribution').figures.some((figure) => figure.label === 'Loss' && figure.isTroubled))
  assert.ok(stage('processing').ms! < 120, `${stage('processing').ms}`)
  const stats = await api<ChannelStats>('GET', paths.channelStats(channel.id))
  const shares = new Map(
    (await outputs()).map(({ id, name }) => [name, stats.outputs.find((one) => one.outputId === id)?.publish?.share ?? null]),
  )
  t.diagnostic(`publish success ${[...shares].map(([name, share]) => `${name} ${share?.toFixed(3)}`).join(', ')}`)
  assert.ok(shares.get('good0')! > 0.9)
  assert.equal(shares.get('gone0'), 0)
  assert.ok(stats.broadcast!.share! > 0.3 && stats.broadcast!.share! < 0.8)

  line.lossRatio = 0
  const endedMs = await until('the end of it', async () => !(await rollback()).isActive)
  t.diagnostic(`given back ${Math.round(endedMs)} ms after the line healed`)
  assert.ok(endedMs >= guardWindowMs - guardWindowMs / 5, 'not before a window of stability')
  const names = async (): Promise<string[]> =>
    (await api<Page<StoredEvent>>('GET', `${paths.channelTimeline(channel.id)}?limit=200`)).items.map((event) => event.name)
  for (const name of ['rollback.armed', 'rollback.started', 'rollback.ended']) await until(name, async () => (await names()).includes(name))
  await until('the good ones live again', async () => (await statesOf()).split('live').length === 4)

  const callMs = performance.now()
  await api('POST', paths.channelRollback(channel.id), { keep: 1 })
  await until('the last output changed', async () => (await statesOf()).split('stopped').length === 6, rollbackLimitMs)
  const tookMs = performance.now() - callMs
  t.diagnostic(`by hand, ${Math.round(tookMs)} ms from the call to the last output changed`)
  assert.ok(tookMs < rollbackLimitMs)
})
