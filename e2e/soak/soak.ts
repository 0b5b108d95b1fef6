import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Channel, paths } from '@sluice/contract/api'
import { startBadDestinations } from '@sluice/testkit/bad-destinations'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { type FullSluice, isAlive, type Owner, startFullSluice } from '../shows/full-sluice.ts'
import { type NumberedShow, openNumberedShow, srtLatencyMs } from '../shows/numbered-show.ts'
import { missing } from '../support/tools.ts'
import { sleep, until } from '../support/wait.ts'
import type { CrowdReport } from './crowd/crowd.ts'
import type { Place } from './crowd/place.ts'
import { startCrowd } from './crowd/start-crowd.ts'
import { makeCrowdClip } from './crowd-clip.ts'
import { type ProcessSample, sampleProcess, sizeOfFolder } from './process-samples.ts'
import { type Finding, judgeLeft, judgeProcess, quantile, told } from './verdict.ts'

export type SoakOptions = {
  readonly minutes: number
  readonly seed: number
  /** A frame that takes longer from its making to its far end is late. */
  readonly lateMs: number
  /** What memory may grow by after the warm-up, as a share. */
  readonly maxGrowth: number
  readonly say: (text: string) => void
}

export type SoakResult = { readonly findings: readonly Finding[]; readonly crowd: CrowdReport; readonly load: string }

const minuteMs = 60_000
const sampleMs = 1000
const crowdChannels = 4
/** Above what the shows and most of the crowd send, below what the greedy ones do. */
const inputMaxMbps = 20
/** The longest deadline of a connection that says nothing is 10 s; a busy machine gets some more. */
const quietMs = 30_000
/** Connections that the measuring itself keeps alive; the crowd opens hundreds. */
const spareDescriptors = 20
/** Two files of 10 MiB for each engine; control writes to the terminal. */
const maxLogBytes = 21 * 1024 * 1024

type Figures = { readonly samples: Map<string, ProcessSample[]>; readonly lagMs: number[]; readonly healthMs: number[]; notReady: number }

/**
 * Two channels whose outputs lose nothing, beside a crowd of encoders, viewers, operators and strangers who do everything wrong, all of it
 * chosen by the seed. What is left to do at the end goes to `owner`.
 */
export async function runSoak(owner: Owner, options: SoakOptions): Promise<SoakResult> {
  const { say } = options
  const durationMs = options.minutes * minuteMs
  const sluice = await startFullSluice(owner, { flags: ['--input-max-mbps', String(inputMaxMbps), '--log-level', 'warn'] })
  const shows = [
    await openNumberedShow(owner, sluice, { name: 'First show', outputs: ['rtmp', 'srt'] }),
    await openNumberedShow(owner, sluice, { name: 'Second show', outputs: ['rtmp', 'rtmp'] }),
  ]
  const place = await openPlace(owner, sluice)
  await sleep(5000)
  for (const { outputs } of shows) for (const { tally } of outputs) tally.clearTimes()
  const engines = await sluice.enginePids()
  const control = sluice.controlPid()!
  const processes = new Map([['control', control], ...[...engines].map(([id, pid]) => [`engine ${id}`, pid] as const)])
  const before = descriptorsOf(processes)
  const temporary = sizeOfFolder(sluice.tempDir)
  say(`seed ${options.seed}, ${options.minutes} min, load ${loadText()}`)

  const crowd = startCrowd(owner, place, options.seed)
  const figures = await watch(sluice, processes, durationMs, say)
  const report = await crowd.leave()
  for (const { id } of place.channels) await sluice.api('DELETE', paths.channel(id))
  say('the crowd has left, and its channels are deleted')
  await until('what the crowd held is given back', () => isLevel(before, descriptorsOf(processes)), quietMs).catch(() => {})
  const after = descriptorsOf(processes)
  const rest = [...processes].map(([name, pid]) => `${name} ${((sampleProcess(pid, 0)?.rssBytes ?? 0) / 1e6).toFixed(0)} MB`)
  const sent = shows.map((show) => show.sent())
  await sleep(options.lateMs + srtLatencyMs)
  const reconnects = (await Promise.all(shows.map((show) => show.reconnects()))).reduce((sum, one) => sum + one, 0)
  const isLog = (path: string): boolean => path.includes('.log')
  const logs = sizeOfFolder(sluice.dataDir, isLog)
  const left = sizeOfFolder(sluice.tempDir)
  const findings: Finding[] = [
    ...shows.flatMap((show, i) => judgeShow(show, sent[i]!, options.lateMs)),
    { what: 'reconnects of healthy outputs', value: String(reconnects), bound: '0', isGood: reconnects === 0 },
    ...[...processes].map(([name, pid]) => ({
      what: `${name}: the same process`,
      value: String(isAlive(pid)),
      bound: 'true',
      isGood: isAlive(pid),
    })),
    ...[...figures.samples].flatMap(([name, samples]) => judgeProcess(name, samples, { durationMs, maxGrowth: options.maxGrowth })),
    ...[...before].map(([name, count]) => judgeLeft(name, count, after.get(name) ?? 0, spareDescriptors)),
    { what: 'logs', value: `${(logs.bytes / 1e6).toFixed(1)} MB`, bound: '22 MB', isGood: logs.bytes <= maxLogBytes * engines.size },
    {
      what: 'files in the temporary folder, before and after',
      value: `${temporary.files} and ${left.files}`,
      bound: '+2',
      isGood: left.files <= temporary.files + 2,
    },
    told('memory once all have left', rest.join(', ')),
    told('not ready, seconds', String(figures.notReady)),
    told("longest delay of the engine's event loop in a second", timesText(figures.lagMs)),
    told('answer of /healthz', timesText(figures.healthMs)),
  ]
  return { findings, crowd: report, load: loadText() }
}

const loadText = (): string => `${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores`
const timesText = (ms: readonly number[]): string =>
  `p50 ${quantile(ms, 0.5).toFixed(0)} ms, p99 ${quantile(ms, 0.99).toFixed(0)} ms, at most ${Math.max(0, ...ms).toFixed(0)} ms`

const descriptorsOf = (processes: ReadonlyMap<string, number>): Map<string, number> =>
  new Map([...processes].map(([name, pid]) => [name, sampleProcess(pid, 0)?.descriptors ?? 0]))
const isLevel = (before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): boolean =>
  [...before].every(([name, count]) => (now.get(name) ?? 0) <= count + spareDescriptors)

/** `sent`: frames that must have come. */
function judgeShow(show: NumberedShow, sent: number, lateMs: number): Finding[] {
  const cut = show.sourceLosses()
  const source = {
    what: `${show.channel.name}: source cut off`,
    value: `${cut} times ${show.lastLoss()}`.trim(),
    bound: '0',
    isGood: cut === 0,
  }
  return [
    source,
    ...show.outputs.flatMap(({ protocol, tally, sessions }, i): Finding[] => {
      const name = `${show.channel.name}, output ${i + 1} (${protocol})`
      const { received, missing, repeated, foreign, last, worstDelayMs } = tally.figures
      const boundMs = protocol === 'srt' ? lateMs + srtLatencyMs : lateMs
      const isWhole = missing + repeated + foreign === 0 && last >= sent - 1 && sessions() === 1
      return [
        {
          what: `${name}: frames`,
          value: `${received} received, ${missing} missing, ${repeated} twice, ${foreign} of a slate, ${sessions()} connection`,
          bound: 'none missing or twice, 1 connection',
          isGood: isWhole,
        },
        {
          what: `${name}: slowest frame`,
          value: `${worstDelayMs.toFixed(0)} ms`,
          bound: `${boundMs} ms`,
          isGood: worstDelayMs <= boundMs,
        },
      ]
    }),
  ]
}

/** Channels of the crowd's own, and places to send them to: 50 bad ones and a good one. */
async function openPlace(owner: Owner, sluice: FullSluice): Promise<Place> {
  const bad = await startBadDestinations(owner)
  const good = await openRtmpSink({ isRecording: false })
  owner.after(() => good.close())
  const channels = []
  for (let i = 0; i < crowdChannels; i++) {
    const channel = await sluice.api<Channel>('POST', paths.channels, { name: `Crowd ${i + 1}` })
    channels.push({ id: channel.id, key: channel.inputs[0]?.streamKey ?? '', hls: new URL(channel.playback.hls).pathname })
  }
  const folder = mkdtempSync(join(tmpdir(), 'sluice-crowd-'))
  owner.after(() => rmSync(folder, { recursive: true, force: true }))
  const clip = missing('ffmpeg') === false ? await makeCrowdClip(join(folder, 'clip.flv')) : null
  return {
    ports: sluice.ports,
    token: sluice.token,
    channels,
    clip,
    destinations: [...bad.places.map(({ url }) => url), good.url, good.url],
  }
}

/** Looks once a second, and says how it stands once a minute. */
async function watch(
  sluice: FullSluice,
  processes: ReadonlyMap<string, number>,
  durationMs: number,
  say: (text: string) => void,
): Promise<Figures> {
  const figures: Figures = { samples: new Map([...processes.keys()].map((name) => [name, []])), lagMs: [], healthMs: [], notReady: 0 }
  const startMs = performance.now()
  for (let look = 1; performance.now() - startMs < durationMs; look++) {
    const atMs = performance.now() - startMs
    for (const [name, pid] of processes) {
      const sample = sampleProcess(pid, atMs)
      if (sample === null) throw new Error(`${name} is gone after ${(atMs / 1000).toFixed(0)} s: ${sluice.said().slice(-3000)}`)
      figures.samples.get(name)!.push(sample)
    }
    await askFigures(sluice, figures)
    if (look % 60 === 0) say(minuteText(figures, atMs))
    await sleep(Math.max(0, look * sampleMs - (performance.now() - startMs)))
  }
  return figures
}

async function askFigures(sluice: FullSluice, figures: Figures): Promise<void> {
  const token = readFileSync(join(sluice.dataDir, 'metrics.token'), 'utf8').trim()
  const init = { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(20_000) }
  const askedMs = performance.now()
  await fetch(`${sluice.url}/healthz`, init)
    .then((answer) => answer.arrayBuffer())
    .catch(() => null)
  figures.healthMs.push(performance.now() - askedMs)
  if ((await sluice.ready()) !== 200) figures.notReady++
  const text = await fetch(`${sluice.url}/metrics`, init)
    .then((answer) => answer.text())
    .catch(() => '')
  for (const match of text.matchAll(/^sluice_engine_loop_lag_ms\{[^}]*\} ([\d.]+)/gm)) figures.lagMs.push(Number(match[1]))
}

function minuteText({ samples }: Figures, atMs: number): string {
  const each = [...samples].map(([name, list]) => {
    const { rssBytes, descriptors } = list.at(-1)!
    return `${name} ${(rssBytes / 1e6).toFixed(0)} MB, ${descriptors} descriptors`
  })
  return `${(atMs / minuteMs).toFixed(0)} min: ${each.join('; ')}; load ${loadText()}`
}
