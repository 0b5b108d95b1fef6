// A real OBS streams to a real Sluice over RTMP and over SRT, and Sluice passes both on over RTMP and SRT: `npm run clients:obs`.
// Needs Debian's packages obs-studio and xvfb; it installs nothing. About two minutes on two cores, most of it OBS that draws without a GPU.
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Channel, type ChannelStats, type Input, type Output, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { missingProgram } from '../srt/child.ts'
import { type Sluice, startSluice } from '../srt/sluice.ts'
import { picture, sound } from './obs-home.ts'
import { type ObsProcess, startObs } from './obs-process.ts'
import { type SinkFigures, type SinkProcess, startSink } from './sink-process.ts'
import { openVirtualScreen } from './virtual-screen.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' }, only: { type: 'string' } } })
const seconds = Number(values.seconds)
/** More than the 500 ms of a new input, so that the connection's latency is the one that OBS asked for; OBS takes microseconds. */
const latencyMs = 700
const protocols = (['rtmp', 'srt'] as const).filter((name) => values.only === undefined || values.only === name)

if (protocols.length === 0 || !(seconds >= 5)) {
  console.error('usage: npm run clients:obs -- [--only rtmp|srt] [--seconds N, at least 5]')
  process.exit(2)
}
const absent = missingProgram('obs', 'Xvfb')
if (absent !== false) {
  console.error(`${absent}. As root: apt-get install --no-install-recommends obs-studio xvfb libgl1-mesa-dri`)
  process.exit(2)
}
console.log(spawnSync('obs', ['--version'], { encoding: 'utf8' }).stdout.trim())

const ends: (() => Promise<unknown>)[] = []
let failed = 0
/** One line of the result; the run goes on after a wrong one. */
function check(isGood: boolean, what: string): void {
  if (!isGood) failed++
  console.log(`  ${isGood ? 'ok  ' : 'FAIL'} ${what}`)
}

async function streamOver(protocol: 'rtmp' | 'srt', sluice: Sluice, display: string): Promise<void> {
  console.log(`\nOBS over ${protocol.toUpperCase()}`)
  const sinks = await Promise.all([startSink('rtmp'), startSink('srt')])
  for (const sink of sinks) ends.push(() => sink.stop())
  const channel = await sluice.api<Channel>('POST', '/channels', { name: `OBS over ${protocol}` })
  for (const sink of sinks) {
    const streamKey = nameOf(sink) === 'RTMP' ? 'out' : ''
    await sluice.api<Output>('POST', `/channels/${channel.id}/outputs`, { name: nameOf(sink), url: sink.url, streamKey, class: 'B' })
  }
  const key = channel.inputs.find(({ role }) => role === 'primary')?.streamKey ?? ''
  const server = `srt://127.0.0.1:${sluice.srtPort}?streamid=publish:${key}&latency=${latencyMs * 1000}`
  const address = protocol === 'rtmp' ? { server: `rtmp://127.0.0.1:${sluice.rtmpPort}/live`, key } : { server, key: '' }
  const obs = await startObs(display, address)
  let isRunning = true
  ends.push(() => (isRunning ? obs.end('SIGKILL') : Promise.resolve()))
  try {
    await whileItStreams(protocol, { sluice, channelId: channel.id, sinks, obs })
    await obs.remote.ask('StopStream')
    await told(sluice, channel.id, 'info', 'Stop Streaming in OBS is a deliberate end')
    await sleep(2000) // OBS refuses to start while its last stream still closes
    await obs.remote.ask('StartStream')
    await becameLive(sluice, channel.id)
    await obs.end('SIGKILL')
    isRunning = false
    await told(sluice, channel.id, 'warning', 'an OBS that dies is a lost encoder')
  } catch (error) {
    check(false, `${error instanceof Error ? error.message : error}; OBS said:\n${await obs.lastWords()}`)
  }
  await sluice.api('DELETE', `/channels/${channel.id}`)
}

type Scene = { readonly sluice: Sluice; readonly channelId: string; readonly sinks: readonly SinkProcess[]; readonly obs: ObsProcess }

async function whileItStreams(protocol: 'rtmp' | 'srt', { sluice, channelId, sinks, obs }: Scene): Promise<void> {
  const { actual } = await becameLive(sluice, channelId)
  const { encoder = null, video = null, audio = null } = actual ?? {}
  check((protocol === 'srt' ? /^libsrt 1\./ : /^OBS \d/).test(encoder ?? ''), `encoder: ${encoder}`)
  const isPicture = video?.codec === 'h264' && video.width === picture.width && video.height === picture.height
  check(isPicture, `picture: ${video?.codec} ${video?.profile} ${video?.width}x${video?.height}`)
  const isSound = audio?.codec === 'aac' && audio.sampleRate === sound.sampleRate && audio.channels === sound.channels
  check(isSound, `sound: ${audio?.codec} ${audio?.sampleRate} Hz, ${audio?.channels} channels`)
  await sluice.until(
    'media at both destinations',
    async () => sinks.map((sink) => sink.figures()),
    (all) => all.every((figures) => (figures?.videoFramesTotal ?? 0) > 0),
  )
  const before = { obs: await readObs(obs), sinks: sinks.map((sink) => sink.figures()) }
  await sleep(seconds * 1000)
  const after = await readObs(obs)
  const sent = { frames: after.frames - before.obs.frames, late: after.late - before.obs.late }
  const { inputs } = await sluice.api<ChannelStats>('GET', short(paths.channelStats(channelId)))
  const input = inputs.find(({ bytesTotal }) => bytesTotal > 0)
  console.log(
    `       OBS sent ${sent.frames} frames in ${seconds} s, ${sent.late} of its frames late: many mean a machine too slow for OBS`,
  )
  check(sent.frames > 0 && Math.abs((input?.fps ?? 0) - picture.fps) <= 2, `frame rate: ${input?.fps} fps, ${kbps(input?.bitrateBps)} kbps`)
  check(Math.abs((input?.gopMs ?? 0) - picture.gopMs) <= 100, `key frame every ${input?.gopMs} ms`)
  const line = input?.line ?? null
  if (protocol === 'srt') {
    check(
      line?.latencyMs === latencyMs && line.droppedTotal === 0,
      `line: latency ${line?.latencyMs} ms, ${line?.droppedTotal} packets lost for good`,
    )
  }
  for (const [at, sink] of sinks.entries()) judgeSink(sink, before.sinks[at] ?? null, sent.frames)
  const channel = await sluice.api<Channel>('GET', short(paths.channel(channelId)))
  const notices = channel.inputs.flatMap((one) => one.actual?.notices ?? [])
  check(notices.length === 0, `notices: ${notices.length === 0 ? 'none' : JSON.stringify(notices)}`)
  const outputs = await sluice.api<Page<Output>>('GET', `/channels/${channelId}/outputs`)
  const areLive = outputs.items.length === sinks.length && outputs.items.every(({ actual: one }) => one?.state === 'live')
  check(areLive, `outputs: ${outputs.items.map(({ name, actual: one }) => `${name} ${one?.state}`).join(', ')}`)
}

/** What OBS says: frames sent, and how often drawing, encoding or sending took too long for one. */
async function readObs({ remote }: ObsProcess): Promise<{ frames: number; late: number }> {
  const stream = await remote.ask('GetStreamStatus')
  const stats = await remote.ask('GetStats')
  const late = Number(stats['renderSkippedFrames']) + Number(stats['outputSkippedFrames']) + Number(stream['outputSkippedFrames'])
  return { frames: Number(stream['outputTotalFrames']), late }
}

/** The sink reports each 2 s: by so much may its count be behind OBS's, at either end. */
function judgeSink(sink: SinkProcess, before: SinkFigures | null, sentFrames: number): void {
  const now = sink.figures()
  const frames = (now?.videoFramesTotal ?? 0) - (before?.videoFramesTotal ?? 0)
  const isWhole = now?.publisher === 1 && now.fault === undefined && now.jumpsTotal === before?.jumpsTotal && now.audio !== null
  check(
    isWhole && Math.abs(frames - sentFrames) <= 3 * picture.fps,
    `${nameOf(sink)} destination: ${now?.video}, ${now?.audio}, ${frames} frames, timestamps ${now?.jumpsTotal === before?.jumpsTotal ? 'rise steadily' : 'jump'}`,
  )
}

/** Waits until the primary receives and the channel is live. */
async function becameLive(sluice: Sluice, channelId: string): Promise<Input> {
  const seen = await sluice.until(
    'live channel',
    () => sluice.api<Channel>('GET', short(paths.channel(channelId))),
    (one) => one.state === 'live' && one.inputs.some(({ actual }) => actual?.state === 'receiving' && actual.audio !== null),
  )
  return seen.inputs.find(({ actual }) => actual?.state === 'receiving')!
}

/** Waits for the end of the session on the timeline, and checks how it is told. */
async function told(sluice: Sluice, channelId: string, severity: StoredEvent['severity'], what: string): Promise<void> {
  const ended = await sluice.until(
    'end on the timeline',
    async () => {
      const { items } = await sluice.api<Page<StoredEvent>>('GET', `${short(paths.channelTimeline(channelId))}?limit=50`)
      const lost = items.filter(({ name }) => name === 'input.lost')
      return severity === 'info' ? lost[0] : lost.find((event) => event.severity !== 'info')
    },
    (event) => event !== undefined,
  )
  check(ended?.severity === severity, `${what}: ${ended?.severity}, "${ended?.message}"`)
}

const short = (path: string): string => path.slice('/api/v1'.length)
const nameOf = ({ url }: SinkProcess): string => url.slice(0, url.indexOf(':')).toUpperCase()
const kbps = (bps = 0): number => Math.round(bps / 1000)

try {
  const screen = await openVirtualScreen()
  ends.push(() => screen.close())
  const sluice = await startSluice()
  ends.push(() => sluice.stop())
  for (const protocol of protocols) await streamOver(protocol, sluice, screen.display)
} finally {
  for (const end of ends.toReversed()) await end()
}
console.log(failed === 0 ? 'OBS and Sluice understand each other.' : `${failed} checks failed.`)
process.exitCode = failed === 0 ? 0 : 1
