import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SwitchFigures } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { end, sleep, startScript } from '../support/children.ts'
import { connectSoon, until } from '../support/control-stub.ts'
import { percentile } from '../support/percentile.ts'
import { Source, sourceMsOf } from './source.ts'

/**
 * Switches many times from a primary that closes, or falls silent, to a warm backup and back, on some channels at once, and counts: the time
 * from the last packet to the first frame, reconnects of the outputs, and how far audio moved against video in what the outputs received.
 */
const { values: flags } = parseArgs({
  options: { switches: { type: 'string', default: '200' }, channels: { type: 'string', default: '4' } },
})
const channels = Number(flags.channels)
const rounds = Math.ceil(Number(flags.switches) / channels)
const triggerMs = 2000
const holdMs = 1000
const rtmpPort = 31946

const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const engine = startScript(new URL('../../apps/engine/src/main.ts', import.meta.url), [], {
  SLUICE_RUN_DIR: dir,
  SLUICE_ENGINE_ID: 'bench',
  SLUICE_HOST: '127.0.0.1',
  SLUICE_RTMP_PORT: String(rtmpPort),
  SLUICE_SRT_PORT: '0',
  SLUICE_MEDIA_HTTP_PORT: '0',
  SLUICE_LOG_LEVEL: 'error',
})
const hold = setInterval(() => {}, 60_000)
const control = await connectSoon(join(dir, 'bench.sock'))
const sink = await openRtmpSink()
await Promise.all(Array.from({ length: channels }, (_, i) => runChannel(`c${i}`)))

const figures = control.events.flatMap(({ name, data }) => (name === 'source.switched' ? [SwitchFigures.parse(data)] : []))
const away = figures.filter(({ from, to }) => from === 'primary' && to === 'backup')
const rows = (['closed', 'silent'] as const).map((cause) => {
  const times = away.flatMap((one) => (one.cause === cause && one.activationMs !== null ? [one.activationMs] : []))
  const limitMs = cause === 'closed' ? 300 : triggerMs + 200
  return { cause, count: times.length, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), maxMs: Math.max(...times), limitMs }
})
const reconnects = sink.connectionsTotal - channels
const movedMs = Math.max(...sink.sessions.map(soundMovedMs))
const result = { switches: away.length, rows, reconnects, movedMs }
for (const { cause, count, p50Ms, p99Ms, maxMs, limitMs } of rows) {
  process.stdout.write(
    `${count} ${cause}: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, longest ${maxMs.toFixed(1)} ms (p99 limit ${limitMs} ms)\n`,
  )
}
process.stdout.write(
  `${away.length} switches: ${reconnects} output reconnects, audio moved against video by ${movedMs.toFixed(1)} ms at the most (limit 40 ms)\n`,
)
const out = new URL('../out/', import.meta.url)
mkdirSync(out, { recursive: true })
writeFileSync(new URL('failover.json', out), `${JSON.stringify(result, null, 2)}\n`)
control.close()
await sink.close()
await end(engine)
clearInterval(hold)
process.exit(reconnects === 0 && movedMs < 40 && rows.every(({ p99Ms, limitMs }) => p99Ms <= limitMs) ? 0 : 1)

/** One channel with an output: primary away by turns closed and silent, then back after the hold. */
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
    if (round % 2 === 0) primary.close()
    else primary.silence()
    await until(() => control.actual(channelId)?.source === 'backup')
    if (round % 2 === 1) primary.close()
    // By chance anywhere in the GOP: the close must not always meet the same frame.
    await sleep(100 + Math.random() * 900)
    primary = await Source.open(rtmpPort, keys.key)
    await until(() => control.actual(channelId)?.source === 'primary')
    await sleep(300 + Math.random() * 700)
  }
  primary.close()
  backup.close()
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
