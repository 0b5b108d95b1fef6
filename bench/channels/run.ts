import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Channel, type ChannelPlan, type ChannelStats, type Output, paths, type Rung } from '@sluice/contract/api'
import { openRtmpSink, type RtmpSinkServer } from '@sluice/testkit/rtmp-sink'
import { Sluice } from '../control/sluice.ts'
import { percentile } from '../support/percentile.ts'

/**
 * How many channels with a ladder of 720, 480 and 360 lines this machine holds in real time, and whether the planner refuses one more. Each rung of
 * each channel goes to a sink over RTMP, and there media time is held against the clock.
 */
const { values: flags } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, most: { type: 'string', default: '16' } } })
const seconds = Number(flags.seconds)
const templates = ['ladder-720', 'ladder-480', 'ladder-360']
/** A calibration takes some 20 s. */
const calibratedWithinMs = 90_000
const settleMs = 20_000

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'))
const clip = path.join(dir, 'source.flv')
const noise = 'testsrc2=s=1920x1080:r=30:d=10,noise=alls=10:allf=t'
const rate = ['-b:v', '6M', '-maxrate', '6M', '-bufsize', '6M']
const made = spawnSync('ffmpeg', [
  ...['-v', 'error', '-f', 'lavfi', '-i', noise, '-f', 'lavfi', '-i', 'sine=d=10:r=48000', '-c:v', 'libx264', '-preset', 'veryfast'],
  ...['-pix_fmt', 'yuv420p', '-g', '60', '-bf', '0', '-sc_threshold', '0', ...rate, '-c:a', 'aac', '-y', clip],
])
if (made.status !== 0) throw new Error(String(made.stderr))

/** What came to one sink: the clock and the media time of each picture, in milliseconds. */
type Seen = { atMs: number; mediaMs: number }[]
type Step = { channel: string; rung: string; sink: RtmpSinkServer; seen: Seen }

let sluice: Sluice | null = null
// bound: one a channel that the machine holds
const encoders: ChildProcess[] = []
const steps: Step[] = []
try {
  const running = await Sluice.start(path.join(dir, 'data'))
  sluice = running
  let workspace = ''
  const api = async <T>(method: string, to: string, body?: unknown): Promise<{ status: number; answer: T }> => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { authorization: `Bearer ${running.token}`, ...json, ...(workspace === '' ? {} : { 'sluice-workspace': workspace }) }
    const answer = await fetch(running.url + to, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return { status: answer.status, answer: (answer.status === 204 ? null : await answer.json()) as T }
  }
  workspace = (await api<{ id: string }>('POST', paths.workspaces, { name: 'Bench' })).answer.id
  const forms = (await api<{ items: { id: string; video: object; audio: object }[] }>('GET', paths.rungTemplates)).answer.items

  let refusal: string | null = null
  let count = 0
  let cpuPercent = 0
  while (refusal === null && count < Number(flags.most)) {
    const name = `Show ${count + 1}`
    const channel = (await api<Channel>('POST', paths.channels, { name })).answer
    const own: Step[] = []
    for (const id of templates) {
      const { video, audio } = forms.find((form) => form.id === id)!
      const rung = (await api<Rung>('POST', paths.channelRungs(channel.id), { name: id, video, audio })).answer
      const seen: Seen = []
      const sink = await openRtmpSink({
        isRecording: false,
        onMessage(_, { kind, timestampMs, body }) {
          if (kind === 'video' && body[1] === 1) seen.push({ atMs: performance.now(), mediaMs: timestampMs })
        },
      })
      own.push({ channel: name, rung: id, sink, seen })
      const output = { name: id, url: sink.url, streamKey: 'k', rung: rung.id, class: 'A' }
      const { status, answer } = await api<Output & { code?: string; detail?: string }>('POST', paths.channelOutputs(channel.id), output)
      if (status === 409 && answer.code === 'PLAN_TOO_HEAVY') refusal = answer.detail ?? ''
      else if (status !== 201) throw new Error(`an output: ${status} ${JSON.stringify(answer)}`)
      if (refusal !== null) break
    }
    if (refusal !== null) {
      for (const { sink } of own) await sink.close()
      console.log(`${name} is refused: ${refusal}`)
      break
    }
    count++
    steps.push(...own)
    const url = `${running.rtmpUrl}/${channel.inputs.find(({ role }) => role === 'primary')!.streamKey}`
    encoders.push(
      spawn('ffmpeg', ['-v', 'error', '-re', '-stream_loop', '-1', '-i', clip, '-c', 'copy', '-f', 'flv', url], { stdio: 'ignore' }),
    )
    const plan = async () => (await api<ChannelPlan>('GET', paths.channelPlan(channel.id))).answer
    const startMs = performance.now()
    while (!(await plan()).load.isCalibrated || (await plan()).source === null || own.some(({ seen }) => seen.length === 0)) {
      if (performance.now() - startMs > calibratedWithinMs) throw new Error(`${name} is not encoded, or the machine not measured`)
      await wait(500)
    }
    const { load } = await plan()
    cpuPercent = load.channelPercent + load.othersPercent
    console.log(
      `${name} is live: ${Math.round(load.channelPercent)} % of a core beside ${Math.round(load.othersPercent)} %, of ${load.budgetPercent} %`,
    )
  }

  await wait(settleMs)
  for (const { seen } of steps) seen.length = 0
  await wait(seconds * 1000)
  const channels = (await api<{ items: Channel[] }>('GET', paths.channels)).answer.items
  let skipped = 0
  const delays: number[] = []
  for (const { id } of channels) {
    for (const rung of (await api<ChannelStats>('GET', paths.channelStats(id))).answer.rungs ?? []) {
      skipped += rung.skippedTotal
      if (rung.latencyMs !== null) delays.push(rung.latencyMs.p95)
    }
  }
  const rungs = steps.map(({ channel, rung, seen }) => ({
    channel,
    rung,
    frames: seen.length,
    fps: seen.length / seconds,
    driftMs: driftOf(seen),
  }))
  for (const { channel, rung, fps, driftMs } of rungs)
    console.log(`${channel}, ${rung}: ${fps.toFixed(2)} frames/s, drift ${driftMs.toFixed(0)} ms in ${seconds} s`)
  const result = {
    ...{ cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], channels: count, plannedPercent: cpuPercent, refusal, skipped },
    ...{ worstDriftMs: Math.max(...rungs.map(({ driftMs }) => Math.abs(driftMs))), p95Ms: percentile(delays, 1), rungs },
  }
  console.log(
    `${count} channels of three rungs, ${Math.round(cpuPercent)} % of a core planned; worst drift ${result.worstDriftMs.toFixed(0)} ms in ${seconds} s, slowest rung adds ${Math.round(result.p95Ms)} ms at p95, ${skipped} slots left out since the start; one more is ${refusal === null ? 'NOT ' : ''}refused`,
  )
  const out = path.join(import.meta.dirname, '../out')
  mkdirSync(out, { recursive: true })
  writeFileSync(path.join(out, 'channels.json'), `${JSON.stringify(result, null, 2)}\n`)
} finally {
  for (const encoder of encoders) encoder.kill('SIGKILL')
  for (const { sink } of steps) await sink.close()
  await sluice?.stop()
  rmSync(dir, { recursive: true, force: true })
}

/** How much later pictures come at the end than at the start, by their own time: the mean of a tenth of them at each end. */
function driftOf(seen: Seen): number {
  const part = Math.max(1, Math.floor(seen.length / 10))
  const lag = (some: Seen): number => some.reduce((sum, { atMs, mediaMs }) => sum + atMs - mediaMs, 0) / some.length
  return seen.length === 0 ? Number.NaN : lag(seen.slice(-part)) - lag(seen.slice(0, part))
}
