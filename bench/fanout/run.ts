import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { ask, end, messageOf, sleep, startScript } from '../support/children.ts'
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
    warmup: { type: 'string', default: '4' },
    servers: { type: 'string', default: 'raw,nginx,nginx-60k,sluice' },
    bitrate: { type: 'string', default: '6000000' },
  },
})
const bitsPerSecond = Number(flags.bitrate)
const windowMs = Number(flags.seconds) * 1000
const warmUpMs = Number(flags.warmup) * 1000
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
  const sinks = startScript(new URL(isRaw ? './discard.ts' : './sinks.ts', import.meta.url))
  const { port } = await messageOf<{ port: number }>(sinks)
  const server = await makers[name]!(count, port, bitsPerSecond, { rtmp: 31935, http: 31936 })
  const idleRss = readProcess(server.pid).rssBytes
  const publisher =
    server.publishTo === null
      ? null
      : startScript(new URL('./publisher.ts', import.meta.url), [server.publishTo.url, server.publishTo.key, String(bitsPerSecond)])
  if (publisher !== null) await messageOf(publisher)
  await sleep(warmUpMs + count * 4)
  await ask<SinkReport>(sinks)
  const before = readProcess(server.pid)
  const startMs = performance.now()
  await sleep(windowMs)
  const after = readProcess(server.pid)
  const seconds = (performance.now() - startMs) / 1000
  const report = await ask<SinkReport>(sinks)
  if (publisher !== null) await end(publisher)
  await server.stop()
  await end(sinks)
  const expectedBytes = ((bitsPerSecond + audioBitsPerSecond) / 8) * seconds * count
  return {
    server: server.name,
    outputs: count,
    cpuMsPerOutput: ((after.cpuSeconds - before.cpuSeconds) * 1000) / seconds / count,
    p50Ms: percentile(report.delaysUs, 0.5) / 1000,
    p99Ms: percentile(report.delaysUs, 0.99) / 1000,
    rssMb: after.rssBytes / 1e6,
    rssKbPerOutput: (after.rssBytes - idleRss) / 1000 / count,
    deliveredShare: report.bytes / expectedBytes,
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

const rows: Row[] = []
for (const count of flags.outputs.split(',').map(Number)) {
  for (const name of flags.servers.split(',')) {
    if (!(name in makers)) throw new Error(`no server '${name}'; there are ${Object.keys(makers).join(', ')}`)
    rows.push(await measure(name, count))
    process.stderr.write(`${name} x ${count}: done\n`)
  }
}
print(rows)
const out = new URL('../out/', import.meta.url)
mkdirSync(out, { recursive: true })
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }
writeFileSync(new URL('fanout.json', out), `${JSON.stringify({ machine, bitsPerSecond, windowMs, rows }, null, 2)}\n`)
