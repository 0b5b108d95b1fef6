import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { paths } from '@sluice/contract/api'
import { sleep } from '../support/children.ts'
import { percentile } from '../support/percentile.ts'
import { readProcess } from '../support/process-figures.ts'
import type { Client } from './client.ts'
import { makeCallers, seed } from './seed.ts'
import { type Held, Sluice } from './sluice.ts'
import { type AtRest, measureStreams } from './streams.ts'

/**
 * What the control plane costs: CPU of control per call and wall time, from a rename to 50 event streams, and the memory of everything that
 * `npm start` leaves running. Outputs are stopped, so that engines have nothing to do.
 */
const { values: flags } = parseArgs({
  options: {
    channels: { type: 'string', default: '250' },
    /** Of each channel. */
    outputs: { type: 'string', default: '4' },
    /** 0: this part is left out. */
    calls: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    /** 0: this part is left out. */
    streams: { type: 'string', default: '50' },
    renames: { type: 'string', default: '40' },
  },
})
const calls = Number(flags.calls)
const rounds = Number(flags.rounds)
const idleMs = 10_000
/** Control does something every second whether it is asked or not. */
const baseMs = 3000
const warmUpCalls = 300

/** One call, made many times: CPU of control alone, without what it uses at rest. */
type CallRow = { call: string; by: string; bytes: number; cpuMs: number; p50Ms: number; p99Ms: number }
type StreamRow = { what: string; p50Ms: number; p99Ms: number; maxMs: number }

const sluice = await Sluice.start(mkdtempSync(join(tmpdir(), 'sluice-bench-')))
try {
  await sleep(idleMs)
  const idle = sluice.memory()
  const callers = await makeCallers(sluice.url, sluice.token)
  const startMs = performance.now()
  const ids = await seed(sluice.url, callers.keyText, Number(flags.channels), Number(flags.outputs))
  const objects = ids.length * (1 + Number(flags.outputs))
  process.stderr.write(`${objects} objects created in ${((performance.now() - startMs) / 1000).toFixed(1)} s\n`)
  const pid = sluice.pidOf('control')
  const one = ids[Math.floor(ids.length / 2)]!
  const rows: CallRow[] = []
  for (const [by, client] of calls === 0 ? [] : [['API key', callers.key] as const, ['session', callers.cookie] as const]) {
    rows.push(await measureCall(pid, client, by, 'GET /channels, a page of 50', `${paths.channels}?limit=50`))
    rows.push(await measureCall(pid, client, by, 'GET /channels/{id}', paths.channel(one)))
    rows.push(await measureCall(pid, client, by, 'GET /channels/{id}/stats', paths.channelStats(one)))
    rows.push(await measureCall(pid, client, by, 'GET /channels/{id}/outputs', paths.channelOutputs(one)))
  }
  const headers = { authorization: `Bearer ${callers.keyText}` }
  const from = { url: sluice.url, client: callers.key, headers, ids, pid }
  const count = Number(flags.streams)
  const measured = count === 0 ? null : await measureStreams(from, { count, renames: Number(flags.renames) })
  const { event = [], state = [] } = measured?.delays ?? {}
  const streams = measured === null ? [] : [streamRow('rename to event', event), streamRow('rename to state', state)]
  await sleep(idleMs)
  const seeded = sluice.memory()
  report({ rows, streams, atRest: measured?.atRest ?? null, idle, seeded })
  for (const client of [callers.key, callers.cookie]) client.close()
} finally {
  await sluice.stop()
}

async function measureCall(pid: number, client: Client, by: string, call: string, path: string): Promise<CallRow> {
  for (let i = 0; i < warmUpCalls; i++) await client.ask('GET', path)
  const restBefore = readProcess(pid).cpuSeconds
  await sleep(baseMs)
  const restShare = (readProcess(pid).cpuSeconds - restBefore) / (baseMs / 1000)
  const cpuMs: number[] = []
  const wallMs: number[] = []
  let bytes = 0
  for (let round = 0; round < rounds; round++) {
    const before = readProcess(pid).cpuSeconds
    const roundMs = performance.now()
    for (let i = 0; i < calls; i++) {
      const startMs = performance.now()
      const { text } = await client.ask('GET', path)
      wallMs.push(performance.now() - startMs)
      bytes = text.length
    }
    const restSeconds = ((performance.now() - roundMs) / 1000) * restShare
    cpuMs.push(((readProcess(pid).cpuSeconds - before - restSeconds) * 1000) / calls)
  }
  return { call, by, bytes, cpuMs: percentile(cpuMs, 0.5), p50Ms: percentile(wallMs, 0.5), p99Ms: percentile(wallMs, 0.99) }
}

function streamRow(what: string, ms: readonly number[]): StreamRow {
  return { what, p50Ms: percentile(ms, 0.5), p99Ms: percentile(ms, 0.99), maxMs: Math.max(...ms) }
}

type Report = { rows: CallRow[]; streams: StreamRow[]; atRest: AtRest | null; idle: Held[]; seeded: Held[] }

function report({ rows, streams, atRest, idle, seeded }: Report): void {
  const load = loadavg()[0]!
  const print = (...cells: (string | number)[]): boolean =>
    process.stdout.write(`| ${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)).join(' | ')} |\n`)
  process.stdout.write(
    `load ${load.toFixed(1)} on ${cpus().length} cores; ${flags.channels} channels with ${flags.outputs} outputs each\n\n`,
  )
  process.stdout.write('| call | by | bytes | CPU of control, ms | p50 ms | p99 ms |\n|---|---|---|---|---|---|\n')
  for (const row of rows) print(row.call, row.by, String(row.bytes), row.cpuMs, row.p50Ms, row.p99Ms)
  process.stdout.write(`\n| ${flags.streams} event streams | p50 ms | p99 ms | max ms |\n|---|---|---|---|\n`)
  for (const row of streams) print(row.what, row.p50Ms, row.p99Ms, row.maxMs)
  if (atRest !== null) {
    const { cpuMs, bytes } = atRest
    process.stdout.write(
      `\nwith them open and nothing happening, a second: ${cpuMs.toFixed(1)} ms CPU of control, ${(bytes / 1e6).toFixed(2)} MB\n`,
    )
  }
  process.stdout.write('\n| process | idle: RSS MB | PSS MB | after the calls: RSS MB | PSS MB |\n|---|---|---|---|---|\n')
  const sum = (held: readonly Held[]): Held => ({
    name: 'all',
    rssMb: held.reduce((total, { rssMb }) => total + rssMb, 0),
    pssMb: held.reduce((total, { pssMb }) => total + pssMb, 0),
  })
  const [idleRows, seededRows] = [
    [...idle, sum(idle)],
    [...seeded, sum(seeded)],
  ]
  for (const [i, { name, rssMb, pssMb }] of idleRows.entries())
    print(name, rssMb, pssMb, seededRows[i]?.rssMb ?? 0, seededRows[i]?.pssMb ?? 0)
  const out = new URL('../out/', import.meta.url)
  mkdirSync(out, { recursive: true })
  writeFileSync(
    new URL('control.json', out),
    `${JSON.stringify({ load, rows, streams, atRest, idle: idleRows, seeded: seededRows }, null, 2)}\n`,
  )
}
