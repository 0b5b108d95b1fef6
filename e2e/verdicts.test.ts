import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Channel, type ChannelStats, type Output, type Preflight, paths, type Triage, type Verdict } from '@sluice/contract/api'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { openLossyUdp } from './srt/lossy-udp.ts'
import { startSluice } from './srt/sluice.ts'
import { makeClip } from './support/clip.ts'
import { startProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { sleep } from './support/wait.ts'

/** One way; there and back it is over the 180 ms that a contribution line may take. */
const delayMs = 105
const lossRatio = 0.08
/** Shorter than any detection of a lost source. */
const pauseMs = 1500
const short = (path: string): string => path.slice('/api/v1'.length)

test('budget breach, round trip, loss, ingest drop and an output off its target are each told by the API over a real line [LAT-03] [LAT-09] [LAT-10] [OBS-02] [OBS-04]', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const clip = await makeClip(t, { videoKbps: 900 })
  const sluice = await startSluice()
  t.after(() => sluice.stop())
  const sink = await openRtmpSink({ isRecording: false })
  t.after(() => sink.close())
  const channel = await sluice.api<Channel>('POST', '/channels', { name: 'Show' })
  await sluice.api('PATCH', short(paths.channel(channel.id)), { latencyBudgets: { contribution: 300 } })
  const limits = { targetVideoKbps: 4500 }
  const body = { name: 'Far', url: sink.url, streamKey: 'key-of-far', class: 'A', limits }
  const output = await sluice.api<Output>('POST', short(paths.channelOutputs(channel.id)), body)

  const line = await openLossyUdp(sluice.srtPort, { delayMs, lossRatio: 0 })
  t.after(() => line.close())
  const { streamKey } = channel.inputs.find(({ role }) => role === 'primary')!
  const target = `srt://127.0.0.1:${line.port}?streamid=publish:${streamKey}&latency=500000&pkt_size=1316`
  const source = ['-re', '-stream_loop', '-1', '-i', clip, '-c', 'copy', '-f', 'mpegts', target]
  const encoder = startProgram(t, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', ...source])

  const read = (): Promise<ChannelStats> => sluice.api('GET', short(paths.channelStats(channel.id)))
  const ofInput = async (): Promise<readonly Verdict[]> => (await read()).inputs[0]?.verdicts ?? []
  const ofOutput = async (): Promise<readonly Verdict[]> =>
    (await read()).outputs.find(({ outputId }) => outputId === output.id)?.verdicts ?? []
  const startedMs = performance.now()
  const seen = async (get: () => Promise<readonly Verdict[]>, code: Verdict['code']): Promise<Verdict> => {
    const list = await sluice.until(code, get, (verdicts) => verdicts.some((verdict) => verdict.code === code))
    const verdict = list.find((one) => one.code === code)!
    t.diagnostic(`${((performance.now() - startedMs) / 1000).toFixed(1)} s: ${code} ${verdict.level}: ${verdict.sentence}`)
    return verdict
  }

  const breach = await seen(ofInput, 'contribution')
  assert.deepEqual([breach.subject, breach.level, breach.figures['budgetMs']], ['line', 'warn', 300])
  assert.ok(Number(breach.figures['takesMs']) >= 500, JSON.stringify(breach.figures))
  const rtt = await seen(ofInput, 'rtt')
  assert.ok(Number(rtt.figures['rttMedianMs']) >= 2 * delayMs - 10, JSON.stringify(rtt.figures))
  assert.ok((await ofInput()).every(({ code }) => code !== 'loss' && code !== 'gap'))

  line.lossRatio = lossRatio
  const loss = await seen(ofInput, 'loss')
  assert.match(loss.sentence, /of the packets were lost before recovery in the last minute \(limit 1 %\)/)
  const triage = await sluice.api<Triage>('GET', short(paths.channelTriage(channel.id)))
  const [worst] = (await ofInput()).filter(({ subject }) => subject === 'line')
  assert.equal(triage.steps.find(({ stage }) => stage === 'transport')?.verdict, worst?.level === 'bad' ? 'trouble' : 'watch')

  const off = await seen(ofOutput, 'target-under')
  assert.deepEqual([off.subject, off.figures['targetKbps'], off.figures['targetFrom']], ['output', 4500, 'output'])
  const preflight = await sluice.api<Preflight>('POST', short(paths.channelPreflight(channel.id)))
  const lineCheck = preflight.checks.find(({ check }) => check === 'line')
  assert.ok(lineCheck?.verdict !== 'pass' && lineCheck?.found.includes('median round trip'), JSON.stringify(lineCheck))

  line.lossRatio = 0
  encoder.signal('SIGSTOP')
  await sleep(pauseMs)
  encoder.signal('SIGCONT')
  const gap = await seen(ofInput, 'gap')
  assert.equal(gap.level, 'bad')
  assert.match(gap.sentence, /^No frames for \d\.\d s\. The problem is upstream of Sluice/)
  const tookMs = performance.now() - startedMs
  assert.ok(tookMs < 40_000, `${Math.round(tookMs)} ms for all five`)
})
