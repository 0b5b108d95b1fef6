import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SwitchFigures } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { startBenchEngine } from '../support/bench-engine.ts'
import { end, sleep } from '../support/children.ts'
import { connectSoon, until } from '../support/control-stub.ts'
import { percentile } from '../support/percentile.ts'
import { Source, sourceMsOf, sourceOf } from './source.ts'

/**
 * Switches many times from a primary that stops, is cut off or falls silent to a warm backup and back, on some channels at once, and counts: the time
 * without a frame as the destination sees it, reconnects of the outputs, and how far audio moved against video in what the outputs received.
 */
const { values: flags } = parseArgs({
  options: { switches: { type: 'string', default: '200' }, channels: { type: 'string', default: '4' } },
})
const channels = Number(flags.channels)
const rounds = Math.ceil(Number(flags.switches) / channels)
const triggerMs = 2000
const holdMs = 1000
const rtmpPort = 31946
/** What a destination may wait for a frame at p99, by the cause of the switch. */
const limits = { stopped: 300, closed: 300, silent: triggerMs + 200, returned: 300 } as const
/** How the primary goes, by turns. */
const ways = ['stop', 'silence', 'cut', 'silence'] as const

const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const engine = startBenchEngine(dir, { rtmp: rtmpPort })
const hold = setInterval(() => {}, 60_000)
const control = await connectSoon(join(dir, 'bench.sock'))
const sink = await openRtmpSink()
await Promise.all(Array.from({ length: channels }, (_, i) => runChannel(`c${i}`)))

const waits = Array.from({ length: channels }, (_, i) => waitsOf(`c${i}`)).flat()
const rows = (['stopped', 'closed', 'silent', 'returned'] as const).map((cause) => {
  const ofCause = waits.filter((one) => one.cause === cause)
  const told = ofCause.flatMap(({ activationMs }) => (activationMs === null ? [] : [activationMs]))
  return { cause, count: ofCause.length, limitMs: limits[cause], arrival: spread(ofCause.map(({ waitMs }) => waitMs)), told: spread(told) }
})
const reconnects = sink.connectionsTotal - channels
const movedMs = Math.max(...sink.sessions.map(soundMovedMs))
const switches = rows.reduce((sum, { count }) => sum + count, 0)
const result = { switches, rows, reconnects, movedMs }
const inMs = ({ p50Ms, p99Ms, maxMs }: Spread): string =>
  `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, longest ${maxMs.toFixed(1)} ms`
for (const { cause, count, limitMs, arrival, told } of rows) {
  process.stdout.write(
    `${count} ${cause}: ${inMs(arrival)} without a frame at the destination (p99 limit ${limitMs} ms); the engine says ${inMs(told)}\n`,
  )
}
process.stdout.write(
  `${switches} switches: ${reconnects} output reconnects, audio moved against video by ${movedMs.toFixed(1)} ms at the most (limit 40 ms)\n`,
)
const out = new URL('../out/', import.meta.url)
mkdirSync(out, { recursive: true })
writeFileSync(new URL('failover.json', out), `${JSON.stringify(result, null, 2)}\n`)
control.close()
await sink.close()
await end(engine)
clearInterval(hold)
// A cause that never came was not measured: its p99 is no number, and is over every limit.
process.exit(reconnects === 0 && movedMs < 40 && rows.every(({ arrival, limitMs }) => arrival.p99Ms <= limitMs) ? 0 : 1)

/** One channel with an output: the primary goes, then is back for the hold. */
async function runChannel(channelId: string): Promise<void> {
  const keys = { key: `${channelId}-p`, backupKey: `${channelId}-b` }
  const outputs = [makeOutputSpec({ outputId: `${channelId}-out`, url: sink.url, streamKey: channelId })]
  control.carry(makeChannelSpec({ channelId, ...keys, outputs, source: { lock: 'auto', triggerMs, holdMs } }))
  await until(() => control.actual(channelId) !== undefined)
  let primary = await Source.open(rtmpPort, keys.key)
  const backup = await Source.open(rtmpPort, keys.backupKey)
  await until(() => control.output(`${channelId}-out`)?.state === 'live' && control.actual(channelId)?.source === 'primary')
  await sleep(1500)
  for (let round = 0; round < rounds; round++) {
    const way = ways[round % ways.length]!
    primary[way]()
    await until(() => control.actual(channelId)?.source === 'backup')
    if (way === 'silence') primary.cut()
    // By chance anywhere in the GOP: the close must not always meet the same frame.
    await sleep(100 + Math.random() * 900)
    primary = await Source.open(rtmpPort, keys.key)
    await until(() => control.actual(channelId)?.source === 'primary')
    await sleep(300 + Math.random() * 700)
  }
  primary.stop()
  backup.stop()
}

type Wait = { readonly cause: SwitchFigures['cause']; readonly activationMs: number | null; readonly waitMs: number }

/** What each switch of a channel cost its destination: the time between the last frame of one source and the first of the next, as they arrived. */
function waitsOf(channelId: string): Wait[] {
  const told = control.events.flatMap(({ name, channelId: of, data }) =>
    name === 'source.switched' && of === channelId ? [SwitchFigures.parse(data)] : [],
  )
  const session = sink.sessions.find(({ streamKey }) => streamKey === channelId)
  const frames = (session?.messages ?? []).flatMap(({ kind, body, atMs }) => {
    const source = kind === 'video' ? sourceOf(kind, body) : null
    return source === null ? [] : [{ source, atMs }]
  })
  const arrived = frames.slice(1).flatMap(({ source, atMs }, i) => (source === frames[i]!.source ? [] : [atMs - frames[i]!.atMs]))
  // The first is the start; what comes after the last round is the end of the sources.
  const switches = told.slice(1, 1 + 2 * rounds)
  if (switches.length < 2 * rounds || arrived.length < 2 * rounds) {
    throw new Error(`${channelId}: ${switches.length} switches told and ${arrived.length} seen at the destination, of ${2 * rounds}`)
  }
  return switches.map(({ cause, activationMs }, i) => ({ cause, activationMs, waitMs: arrived[i]! }))
}

type Spread = { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number }

function spread(times: readonly number[]): Spread {
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), maxMs: Math.max(...times) }
}

/** The furthest that audio came off its place beside video, from what each source sent to what arrived. */
function soundMovedMs({ messages }: SinkSession): number {
  let videoShiftMs: number | null = null
  let movedMs = 0
  // A splice moves both kinds; until both have been seen after one, audio beside the old video shift tells nothing.
  for (const { kind, timestampMs, body } of messages) {
    if (kind === 'data') continue
    const sourceMs = sourceMsOf(kind, body)
    if (sourceMs === null) continue
    const shiftMs = timestampMs - sourceMs
    if (kind === 'video') videoShiftMs = shiftMs
    else if (videoShiftMs !== null) movedMs = Math.max(movedMs, Math.abs(shiftMs - videoShiftMs))
  }
  return movedMs
}
