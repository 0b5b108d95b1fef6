import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { engineMallocEnv, viewersNodeFlags } from '@sluice/contract/settings'
import { makeChannelSpec, makeOutputSpec, playIdOf } from '@sluice/testkit/engine-link'
import type { SinkReport } from '../fanout/sinks.ts'
import { startBenchEngine } from '../support/bench-engine.ts'
import { ask, end, messageOf, sleep, startScript } from '../support/children.ts'
import { connectSoon, until } from '../support/control-stub.ts'
import { streamKey } from '../support/engine-driver.ts'
import { percentile } from '../support/percentile.ts'
import { readProcess } from '../support/process-figures.ts'
import type { CrowdOrder, CrowdReport } from './crowd.ts'

/**
 * What viewers cost the restream: the delay of frames at outputs alone, beside blocked low-latency viewers, and beside unlimited downloads, by turns
 * in one run; and when each viewer has a part after the first of them. Engine, viewers' process, source, sinks and viewers are a process each.
 */
const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    outputs: { type: 'string', default: '20' },
    blocked: { type: 'string', default: '1000' },
    greedy: { type: 'string', default: '50' },
    bitrate: { type: 'string', default: '1000000' },
  },
})
const windowMs = Number(flags.seconds) * 1000
const settleMs = 3000
const limits = { ratio: 1.1, spreadMs: 150 } as const
const ports = { rtmp: 31_976, http: 31_977 }
const orders: readonly { readonly name: string; readonly order: CrowdOrder }[] = [
  { name: 'alone', order: { mode: 'none', count: 0 } },
  { name: `${flags.blocked} blocked`, order: { mode: 'blocked', count: Number(flags.blocked) } },
  { name: `${flags.greedy} greedy`, order: { mode: 'greedy', count: Number(flags.greedy) } },
]

const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const hold = setInterval(() => {}, 60_000)
const sinks = startScript(new URL('../fanout/sinks.ts', import.meta.url))
const { port } = await messageOf<{ port: number }>(sinks)
const viewersEnv = { ...engineMallocEnv, SLUICE_RUN_DIR: dir, SLUICE_HOST: '127.0.0.1', SLUICE_MEDIA_HTTP_PORT: String(ports.http) }
const viewersMain = new URL('../../apps/viewers/src/main.ts', import.meta.url)
const viewers = startScript(viewersMain, [], { ...viewersEnv, SLUICE_LOG_LEVEL: 'error' }, viewersNodeFlags)
const engine = startBenchEngine(dir, { rtmp: ports.rtmp })
const control = await connectSoon(join(dir, 'bench.sock'))
const outputs = Array.from({ length: Number(flags.outputs) }, (_, i) =>
  makeOutputSpec({ outputId: `o${i}`, url: `rtmp://127.0.0.1:${port}/live`, streamKey: `sampled${i}` }),
)
control.carry(makeChannelSpec({ channelId: 'show', key: streamKey, outputs }))
await until(() => control.actual('show') !== undefined)
const publisherMain = new URL('../fanout/publisher.ts', import.meta.url)
const publisher = startScript(publisherMain, [`rtmp://127.0.0.1:${ports.rtmp}/live`, streamKey, flags.bitrate])
await until(() => outputs.every(({ outputId }) => control.output(outputId)?.state === 'live'))
await until(() => control.actual('show')?.hlsReady === true)
const crowd = startScript(new URL('./crowd.ts', import.meta.url), [String(ports.http), `/${playIdOf('show')}`])
await sleep(settleMs)

type Window = {
  name: string
  delaysMs: number[]
  spreadsMs: number[]
  refused: number
  mbps: number
  engineCpu: number
  viewersCpu: number
}
const windows: Window[] = []
for (let round = 0; round < Number(flags.rounds); round++) {
  for (const { name, order } of orders) {
    crowd.send(order)
    await sleep(settleMs)
    windows.push(await measure(name))
  }
  process.stderr.write(`round ${round + 1}: done\n`)
}

const rows = orders.map(({ name }) => rowOf(name))
const alone = rows[0]!
const out = process.stdout
out.write(
  `load ${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores, ${outputs.length} outputs of ${Number(flags.bitrate) / 1e6} Mbit/s\n\n`,
)
out.write(
  '| beside | frames | p50 ms | p99 ms | p99 / alone | part p50 ms | part p95 ms | refused | Mbit/s | engine CPU % | viewers CPU % |\n',
)
out.write('|---|---|---|---|---|---|---|---|---|---|---|\n')
for (const row of rows) {
  const ratio = row.p99Ms / alone.p99Ms
  const cells = [
    row.p50Ms,
    row.p99Ms,
    ratio,
    row.partP50Ms,
    row.partP95Ms,
    row.refused,
    row.mbps,
    row.engineCpu * 100,
    row.viewersCpu * 100,
  ]
  out.write(`| ${row.name} | ${row.frames} | ${cells.map((value) => value.toFixed(2)).join(' | ')} |\n`)
}
const worst = Math.max(...rows.slice(1).map(({ p99Ms }) => p99Ms / alone.p99Ms))
const isWithin = worst <= limits.ratio && rows[1]!.partP95Ms <= limits.spreadMs
out.write(
  `\nworst p99 against alone: ${worst.toFixed(2)} (limit ${limits.ratio}); parts at viewers p95: ${rows[1]!.partP95Ms.toFixed(0)} ms (limit ${limits.spreadMs})\n`,
)
const folder = new URL('../out/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('viewers.json', folder), `${JSON.stringify({ load: loadavg()[0], rows }, null, 2)}\n`)
control.close()
for (const child of [crowd, publisher, sinks, engine, viewers]) await end(child)
rmSync(dir, { recursive: true, force: true })
clearInterval(hold)
process.exit(isWithin ? 0 : 1)

async function measure(name: string): Promise<Window> {
  await ask<SinkReport>(sinks)
  await ask<CrowdReport>(crowd)
  const before = [engine, viewers].map((child) => readProcess(child.pid!).cpuSeconds)
  await sleep(windowMs)
  const report = await ask<SinkReport>(sinks)
  const seen = await ask<CrowdReport>(crowd)
  const [engineCpu = 0, viewersCpu = 0] = [engine, viewers].map(
    (child, i) => ((readProcess(child.pid!).cpuSeconds - before[i]!) * 1000) / windowMs,
  )
  if (report.publishers !== outputs.length) throw new Error(`${report.publishers} outputs are connected, not ${outputs.length}`)
  const { spreadsMs, refused, bytes } = seen
  return {
    name,
    delaysMs: report.delaysUs.map((us) => us / 1000),
    spreadsMs,
    refused,
    mbps: (bytes * 8) / windowMs / 1000,
    engineCpu,
    viewersCpu,
  }
}

function rowOf(name: string) {
  const own = windows.filter((one) => one.name === name)
  const [delays, spreads] = [own.flatMap(({ delaysMs }) => delaysMs), own.flatMap(({ spreadsMs }) => spreadsMs)]
  const mean = (of: (window: Window) => number): number => own.reduce((sum, one) => sum + of(one), 0) / own.length
  return {
    name,
    frames: delays.length,
    p50Ms: percentile(delays, 0.5),
    p99Ms: percentile(delays, 0.99),
    partP50Ms: percentile(spreads, 0.5),
    partP95Ms: percentile(spreads, 0.95),
    refused: mean((one) => one.refused),
    mbps: mean((one) => one.mbps),
    engineCpu: mean((one) => one.engineCpu),
    viewersCpu: mean((one) => one.viewersCpu),
  }
}
