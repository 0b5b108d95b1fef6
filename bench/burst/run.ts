import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { startBadDestinations } from '@sluice/testkit/bad-destinations'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import type { SinkReport } from '../fanout/sinks.ts'
import { startBenchEngine } from '../support/bench-engine.ts'
import { ask, end, messageOf, sleep, startScript } from '../support/children.ts'
import { connectSoon, until } from '../support/control-stub.ts'
import { streamKey } from '../support/engine-driver.ts'
import { percentile } from '../support/percentile.ts'
import { readProcess } from '../support/process-figures.ts'

/**
 * What 50 bad outputs cost 5 good ones: rounds of the good alone, then beside the bad from the moment that all of those connect for the
 * first time. Engine, source, good sinks and bad destinations are a process each, so that what is measured is the engine.
 */
const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '8' },
    bitrate: { type: 'string', default: '4000000' },
    /** Another engine's main file: to measure a change against what was before. */
    engine: { type: 'string', default: fileURLToPath(new URL('../../apps/engine/src/main.ts', import.meta.url)) },
    /** Without the bad ones: what the machine alone does to the same windows. */
    none: { type: 'boolean', default: false },
  },
})
const rounds = Number(flags.rounds)
const windowMs = Number(flags.seconds) * 1000
/** The time in which all of them connect, are refused, and try again. */
const burstMs = 2000
const goodOutputs = 5
const rtmpPort = 31_956
const phases = ['alone', 'burst', 'beside'] as const
type Phase = (typeof phases)[number]
type Window = { phase: Phase; delaysMs: number[]; lagMs: number; cpuShare: number }

const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const hold = setInterval(() => {}, 60_000)
const cleanups: (() => void | Promise<void>)[] = []
const bad = await startBadDestinations({ after: (run) => cleanups.push(run) })
const sinks = startScript(new URL('../fanout/sinks.ts', import.meta.url))
const { port } = await messageOf<{ port: number }>(sinks)
const engine = startBenchEngine(dir, { rtmp: rtmpPort }, pathToFileURL(flags.engine))
const control = await connectSoon(join(dir, 'bench.sock'))
const good = Array.from({ length: goodOutputs }, (_, i) =>
  makeOutputSpec({ outputId: `good${i}`, url: `rtmp://127.0.0.1:${port}/live`, streamKey: `sampled${i}` }),
)
let revision = 0
const carry = (outputs: typeof good): void =>
  control.carry(makeChannelSpec({ channelId: 'show', key: streamKey, revision: ++revision, outputs }))
const rssMb: number[] = []
let lagMs = 0
const take = control.receive.bind(control)
control.receive = (message) => {
  if (message.type === 'stats') lagMs = Math.max(lagMs, message.process.loopLagMs)
  take(message)
}

carry(good)
await until(() => control.actual('show') !== undefined)
const publisher = startScript(new URL('../fanout/publisher.ts', import.meta.url), [
  `rtmp://127.0.0.1:${rtmpPort}/live`,
  streamKey,
  flags.bitrate,
])
await until(() => good.every(({ outputId }) => control.output(outputId)?.state === 'live'))
await sleep(3000)
const windows: Window[] = []
for (let round = 0; round < rounds; round++) {
  await measure('alone', windowMs)
  if (!flags.none) carry([...good, ...bad.places.map(({ name, url }) => makeOutputSpec({ outputId: `${name}.${round}`, url }))])
  await measure('burst', burstMs)
  await measure('beside', windowMs - burstMs)
  carry(good)
  await sleep(1500)
  rssMb.push(readProcess(engine.pid!).rssBytes / 1e6)
  process.stderr.write(`round ${round + 1}: done\n`)
}

const load = loadavg()[0]!
process.stdout.write(`load ${load.toFixed(1)} on ${cpus().length} cores, ${rounds} rounds\n\n`)
process.stdout.write(
  '| phase | frames | p50 ms | p99 ms | max ms | p99 / alone | engine loop late ms | engine CPU % |\n|---|---|---|---|---|---|---|---|\n',
)
const rows = phases.map(rowOf)
for (const row of rows) {
  const cells = [row.p50Ms, row.p99Ms, row.maxMs, row.p99Ms / rows[0]!.p99Ms, row.lagMs, row.cpuShare * 100].map((value) =>
    value.toFixed(2),
  )
  process.stdout.write(`| ${row.phase} | ${row.frames} | ${cells.join(' | ')} |\n`)
}
/** Of each round by itself: other work on the machine comes and goes. */
const perRound = phases.map(
  (phase) =>
    `${phase} ${windows
      .filter((one) => one.phase === phase)
      .map((one) => percentile(one.delaysMs, 0.99).toFixed(1))
      .join(' ')}`,
)
process.stdout.write(`\np99 by round, ms: ${perRound.join(' | ')}\n`)
const attempts = Object.values(await bad.attempts()).reduce<number>((sum, count) => sum + (count ?? 0), 0)
process.stdout.write(`resident MB after each round: ${rssMb.map(Math.round).join(' ')}; ${attempts} connection attempts in all\n`)
const addedMs = Math.max(...rows.slice(1).map((row) => row.p99Ms - rows[0]!.p99Ms))
const isWithin = addedMs < 10
process.stdout.write(`p99 added: ${addedMs.toFixed(1)} ms (limit 10 ms)\n`)
const out = new URL('../out/', import.meta.url)
mkdirSync(out, { recursive: true })
writeFileSync(new URL('burst.json', out), `${JSON.stringify({ load, rounds, rows, rssMb, attempts }, null, 2)}\n`)
control.close()
for (const child of [publisher, sinks, engine]) await end(child)
for (const run of cleanups) await run()
rmSync(dir, { recursive: true, force: true })
clearInterval(hold)
process.exit(isWithin ? 0 : 1)

async function measure(phase: Phase, ms: number): Promise<void> {
  await ask<SinkReport>(sinks)
  lagMs = 0
  const before = readProcess(engine.pid!).cpuSeconds
  await sleep(ms)
  const report = await ask<SinkReport>(sinks)
  if (report.publishers !== goodOutputs) throw new Error(`${report.publishers} good outputs are connected, not ${goodOutputs}`)
  const cpuShare = ((readProcess(engine.pid!).cpuSeconds - before) * 1000) / ms
  windows.push({ phase, delaysMs: report.delaysUs.map((us) => us / 1000), lagMs, cpuShare })
}

function rowOf(phase: Phase) {
  const own = windows.filter((one) => one.phase === phase)
  const delays = own.flatMap(({ delaysMs }) => delaysMs)
  return {
    phase,
    frames: delays.length,
    p50Ms: percentile(delays, 0.5),
    p99Ms: percentile(delays, 0.99),
    maxMs: Math.max(...delays),
    lagMs: Math.max(...own.map((one) => one.lagMs)),
    cpuShare: own.reduce((sum, one) => sum + one.cpuShare, 0) / own.length,
  }
}
