import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { ask, end, messageOf, sleep, startScript } from '../support/children.ts'
import { cpuMsOf } from '../support/cpu-time.ts'
import { percentile } from '../support/percentile.ts'
import { readProcess } from '../support/process-figures.ts'
import { type MakeServer, startNginx, startRawWriter, startSluice } from './servers.ts'
import type { SinkReport } from './sinks.ts'

/** CPU in milliseconds per output and second; delays from the publisher's write to the sink's read. */
type Row = {
  server: string
  outputs: number
  cpuMsPerOutput: number
  p50Ms: number
  p99Ms: number
  rssMb: number
  rssKbPerOutput: number
  deliveredShare: number
}

const { values: flags } = parseArgs({
  options: {
    outputs: { type: 'string', default: '10,100,500' },
    seconds: { type: 'string', default: '10' },
    warmup: { type: 'string', default: '20' },
    servers: { type: 'string', default: 'raw,nginx,sluice,sluice-gathered' },
    rounds: { type: 'string', default: '5' },
    bitrate: { type: 'string', default: '6000000' },
  },
})
const bitsPerSecond = Number(flags.bitrate)
const windowMs = Number(flags.seconds) * 1000
const warmUpMs = Number(flags.warmup) * 1000
/** For servers that compile nothing while they run. */
const shortWarmUpMs = Math.min(4000, warmUpMs)
const audioBitsPerSecond = 300 * 8 * 30
const makers: Record<string, MakeServer> = {
  raw: startRawWriter,
  nginx: startNginx('nginx-rtmp', 4096),
  'nginx-60k': startNginx('nginx-rtmp 60k', 60_000),
  sluice: startSluice('sluice', 'A'),
  'sluice-gathered': startSluice('sluice gathered', 'B'),
}

async function measure(name: string, count: number): Promise<Row> {
  const isRaw = name === 'raw'
  const kinds = ['sampled', 'counted'] as const
  const sinks = kinds.map(() => startScript(new URL(isRaw ? './discard.ts' : './sinks.ts', import.meta.url)))
  const [sampled, counted] = await Promise.all(sinks.map((one) => messageOf<{ port: number }>(one)))
  const sinkPorts = { sampled: sampled!.port, counted: counted!.port }
  const askSinks = (): Promise<SinkReport[]> => Promise.all(sinks.map((one) => ask<SinkReport>(one)))
  const server = await makers[name]!(count, sinkPorts, bitsPerSecond, { rtmp: 31935, http: 31936 })
  const idleRss = readProcess(server.pid).rssBytes
  const publisher =
    server.publishTo === null
      ? null
      : startScript(new URL('./publisher.ts', import.meta.url), [server.publishTo.url, server.publishTo.key, String(bitsPerSecond)])
  if (publisher !== null) await messageOf(publisher)
  await sleep((name.startsWith('sluice') ? warmUpMs : shortWarmUpMs) + count * 4)
  await askSinks()
  const beforeMs = cpuMsOf(server.pid)
  const startMs = performance.now()
  await sleep(windowMs)
  const usedMs = cpuMsOf(server.pid) - beforeMs
  const { rssBytes } = readProcess(server.pid)
  const seconds = (performance.now() - startMs) / 1000
  const reports = await askSinks()
  const delaysUs = reports.flatMap((report) => report.delaysUs)
  const bytes = reports.reduce((sum, report) => sum + report.bytes, 0)
  if (publisher !== null) await end(publisher)
  await server.stop()
  for (const one of sinks) await end(one)
  const expectedBytes = ((bitsPerSecond + audioBitsPerSecond) / 8) * seconds * count
  return {
    server: server.name,
    outputs: count,
    cpuMsPerOutput: usedMs / seconds / count,
    p50Ms: percentile(delaysUs, 0.5) / 1000,
    p99Ms: percentile(delaysUs, 0.99) / 1000,
    rssMb: rssBytes / 1e6,
    rssKbPerOutput: (rssBytes - idleRss) / 1000 / count,
    deliveredShare: bytes / expectedBytes,
  }
}

function print(rows: readonly Row[]): void {
  const nginx = new Map(rows.filter((row) => row.server === 'nginx-rtmp').map((row) => [row.outputs, row]))
  const raw = new Map(rows.filter((row) => row.server === 'raw writer').map((row) => [row.outputs, row]))
  const ratio = (row: Row, to: Row | undefined): string => (to === undefined ? '-' : (row.cpuMsPerOutput / to.cpuMsPerOutput).toFixed(2))
  process.stdout.write(
    '| server | outputs | CPU ms/output/s | / nginx | / raw | delay p50 ms | p99 ms | RSS MB | KB/output | delivered |\n',
  )
  process.stdout.write('|---|---|---|---|---|---|---|---|---|---|\n')
  for (const row of rows) {
    const cells = [
      row.server,
      row.outputs,
      row.cpuMsPerOutput.toFixed(3),
      ratio(row, nginx.get(row.outputs)),
      ratio(row, raw.get(row.outputs)),
      row.p50Ms.toFixed(1),
      row.p99Ms.toFixed(1),
      row.rssMb.toFixed(0),
      row.rssKbPerOutput.toFixed(0),
      `${(row.deliveredShare * 100).toFixed(1)} %`,
    ]
    process.stdout.write(`| ${cells.join(' | ')} |\n`)
  }
}

/** The rounds of one server and number of outputs as one row, each figure the median of its own. */
function medianOf(rounds: readonly Row[]): Row {
  const middle = (figure: (row: Row) => number): number => percentile(rounds.map(figure), 0.5)
  const { server, outputs } = rounds[0]!
  return {
    server,
    outputs,
    cpuMsPerOutput: middle((row) => row.cpuMsPerOutput),
    p50Ms: middle((row) => row.p50Ms),
    p99Ms: middle((row) => row.p99Ms),
    rssMb: middle((row) => row.rssMb),
    rssKbPerOutput: middle((row) => row.rssKbPerOutput),
    deliveredShare: middle((row) => row.deliveredShare),
  }
}

const names = flags.servers.split(',')
for (const name of names) if (!(name in makers)) throw new Error(`no server '${name}'; there are ${Object.keys(makers).join(', ')}`)
const rows: Row[] = []
const medians: Row[] = []
for (const count of flags.outputs.split(',').map(Number)) {
  const rounds = names.map((): Row[] => [])
  // Interleaved, so that what else the machine does is in the figures of all of them.
  for (let round = 1; round <= Number(flags.rounds); round++) {
    for (const [i, name] of names.entries()) {
      const row = await measure(name, count)
      rounds[i]!.push(row)
      process.stderr.write(
        `${name} x ${count}, round ${round}: ${row.cpuMsPerOutput.toFixed(3)} ms, p99 ${row.p99Ms.toFixed(1)} ms, delivered ${(row.deliveredShare * 100).toFixed(1)} %\n`,
      )
    }
  }
  rows.push(...rounds.flat())
  medians.push(...rounds.map(medianOf))
}
print(medians)
const out = new URL('../out/', import.meta.url)
mkdirSync(out, { recursive: true })
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }
writeFileSync(new URL('fanout.json', out), `${JSON.stringify({ machine, bitsPerSecond, windowMs, medians, rows }, null, 2)}\n`)
