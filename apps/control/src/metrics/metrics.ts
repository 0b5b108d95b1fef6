import { outputStates } from '@sluice/base/words'
import type { StoredEvent } from '@sluice/contract/events'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { PlaybackMonitor } from '../beacons/index.ts'
import type { ConfigStore } from '../desired/index.ts'
import type { LatencyMonitor } from '../latency/index.ts'
import type { LiveState } from '../observed/index.ts'
import type { ProbeMonitor } from '../probes/index.ts'
import { contentGauges } from './content-gauges.ts'
import { FailoverTimes } from './failover-times.ts'
import { measureGauges } from './measure-gauges.ts'
import { playbackGauges } from './playback-gauges.ts'
import { probeGauges } from './probe-gauges.ts'
import { srtGauges, srtSeries } from './srt-gauges.ts'

type ProcessFigures = { readonly cpuSeconds: number; readonly rssBytes: number; readonly loopLagMs: number }
type ServingProcess = { readonly problem: string | null; readonly figures: ProcessFigures | null }

export type MetricsParts = {
  live: LiveState
  configs: ConfigStore
  latency: LatencyMonitor
  playback: PlaybackMonitor
  probes: ProbeMonitor
  streams: () => number
  missingEngines: () => readonly string[]
  /** The process that serves viewers; null: there is none. */
  viewers: ServingProcess | null
}

/** Everything that /metrics tells. Series carry ids, never names or addresses: those change, and may say too much. */
export class Metrics {
  readonly registry = new Registry()
  readonly #requests: Histogram
  readonly #events: Counter
  readonly #switches: Counter
  readonly #failover: FailoverTimes

  constructor(parts: MetricsParts) {
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry })
    this.#requests = new Histogram({
      name: 'sluice_http_request_seconds',
      help: 'Time to answer a request, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2],
      registers,
    })
    this.#events = new Counter({ name: 'sluice_events_total', help: 'Stored events', labelNames: ['name', 'severity'], registers })
    this.#switches = new Counter({ name: 'sluice_source_switches_total', help: 'Switches of source', labelNames: ['channel'], registers })
    this.#failover = new FailoverTimes(this.registry)
    addPlatformGauges(registers, parts)
    addChannelGauges(registers, parts)
    addOutputGauges(registers, parts)
    addSrtGauges(registers, parts)
    const measured = [
      ...measureGauges(parts.live, parts.latency),
      ...contentGauges(parts.live),
      ...playbackGauges(parts.playback),
      ...probeGauges(parts.probes),
    ]
    for (const { name, help, labelNames, collect } of measured) gauge(registers, { name, help, labelNames }, collect)
  }

  requestDone(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds)
  }

  eventsStored(events: readonly StoredEvent[]): void {
    for (const event of events) {
      this.#events.inc({ name: event.name, severity: event.severity })
      if (event.name === 'source.switched' && event.channelId !== null) this.#switches.inc({ channel: event.channelId })
      this.#failover.note(event)
    }
  }
}

/** A gauge whose series are made anew at each scrape, so that what is gone leaves no series behind. */
function gauge<Label extends string>(
  registers: Registry[],
  options: { name: string; help: string; labelNames: Label[] },
  collect: (set: (labels: Record<Label, string>, value: number) => void) => void,
): void {
  new Gauge({
    ...options,
    registers,
    collect() {
      this.reset()
      collect((labels, value) => this.set(labels as Partial<Record<Label, string>>, value))
    },
  })
}

function addPlatformGauges(registers: Registry[], { live, streams, missingEngines, viewers }: MetricsParts): void {
  gauge(registers, { name: 'sluice_event_streams', help: 'Open event streams', labelNames: [] }, (set) => set({}, streams()))
  gauge(registers, { name: 'sluice_engine_up', help: 'Whether the engine is linked and reports', labelNames: ['engine'] }, (set) => {
    for (const { engineId, silentSince } of live.engines) set({ engine: engineId }, silentSince === null ? 1 : 0)
    for (const engine of missingEngines()) set({ engine }, 0)
  })
  const perEngine = [
    ['sluice_engine_cpu_seconds_total', 'CPU time of the engine process', 'cpuSeconds'],
    ['sluice_engine_resident_bytes', 'Resident memory of the engine process', 'rssBytes'],
    ['sluice_engine_loop_lag_ms', "Longest delay of the engine's event loop in the last second", 'loopLagMs'],
  ] as const
  for (const [name, help, field] of perEngine) {
    gauge(registers, { name, help, labelNames: ['engine'] }, (set) => {
      for (const { engineId, process, silentSince } of live.engines) {
        // What it used when it was last heard is nothing of now.
        if (process !== null && silentSince === null) set({ engine: engineId }, process[field])
      }
    })
  }
  if (viewers !== null) addViewersGauges(registers, viewers)
}

function addViewersGauges(registers: Registry[], viewers: ServingProcess): void {
  const up = { name: 'sluice_viewers_process_up', help: 'Whether the process that serves viewers is linked and reports', labelNames: [] }
  gauge(registers, up, (set) => set({}, viewers.problem === null ? 1 : 0))
  const perProcess = [
    ['sluice_viewers_process_cpu_seconds_total', 'CPU time of the process that serves viewers', 'cpuSeconds'],
    ['sluice_viewers_process_resident_bytes', 'Resident memory of the process that serves viewers', 'rssBytes'],
    ['sluice_viewers_process_loop_lag_ms', 'Longest delay of its event loop in the last second', 'loopLagMs'],
  ] as const
  for (const [name, help, field] of perProcess) {
    gauge(registers, { name, help, labelNames: [] }, (set) => {
      if (viewers.figures !== null) set({}, viewers.figures[field])
    })
  }
}

function addChannelGauges(registers: Registry[], { live, configs }: MetricsParts): void {
  const unknown = { name: 'sluice_channel_unknown', help: '1 while the engine of the channel reports nothing', labelNames: ['channel'] }
  gauge(registers, unknown, (set) => {
    for (const channel of live.channelIds) set({ channel }, live.staleSince(channel) === null ? 0 : 1)
  })
  gauge(registers, { name: 'sluice_channel_live', help: 'Whether the channel has a source', labelNames: ['channel'] }, (set) => {
    for (const { record } of configs.all) {
      const { id } = record.channel
      set({ channel: id }, live.channel(id)?.state === 'live' && live.staleSince(id) === null ? 1 : 0)
    }
  })
  gauge(registers, { name: 'sluice_channel_source', help: '1 for the source on air', labelNames: ['channel', 'source'] }, (set) => {
    for (const channel of live.channelIds)
      if (live.staleSince(channel) === null) set({ channel, source: live.channel(channel)?.source ?? 'none' }, 1)
  })
  const perPlayback = [
    ['sluice_playback_viewers', 'Playbacks over HLS that asked for the playlist in the last 10 s', 'viewers'],
    ['sluice_playback_served_bytes_total', 'Bytes that connections of viewers took', 'bytesServedTotal'],
  ] as const
  for (const [name, help, field] of perPlayback) {
    gauge(registers, { name, help, labelNames: ['channel'] }, (set) => {
      for (const channel of live.channelIds) {
        const { playback } = live.stats(channel)
        if (playback !== null) set({ channel }, playback[field])
      }
    })
  }
  const perInput = [
    ['sluice_input_bitrate_bps', 'Bits received per second', 'bitrateBps'],
    ['sluice_input_fps', 'Video frames received per second', 'fps'],
    ['sluice_input_gop_ms', 'Time between the last two key frames', 'gopMs'],
    ['sluice_input_max_gap_ms', 'Longest silence in the last second', 'maxGapMs'],
    ['sluice_input_bytes_total', 'Bytes of this session', 'bytesTotal'],
    ['sluice_input_timestamp_jumps_total', 'Timestamp jumps in this session', 'timestampJumpsTotal'],
  ] as const
  for (const [name, help, field] of perInput) {
    gauge(registers, { name, help, labelNames: ['channel', 'input'] }, (set) => {
      for (const channel of live.channelIds) {
        for (const stats of live.stats(channel).inputs) if (stats[field] !== null) set({ channel, input: stats.inputId }, stats[field])
      }
    })
  }
}

function addSrtGauges(registers: Registry[], { live }: MetricsParts): void {
  for (const { name, help, of } of srtGauges) {
    gauge(registers, { name, help, labelNames: ['channel', 'side', 'subject'] }, (set) => {
      for (const { labels, line } of srtSeries(live)) set(labels, of(line))
    })
  }
}

function addOutputGauges(registers: Registry[], { live, configs }: MetricsParts): void {
  gauge(
    registers,
    { name: 'sluice_output_state', help: '1 for the state that the output is in', labelNames: ['channel', 'output', 'state'] },
    (set) => {
      for (const { record, outputs } of configs.all) {
        for (const { id } of outputs) {
          const state = live.output(id)?.state
          if (state !== undefined && live.staleSince(record.channel.id) === null) set({ channel: record.channel.id, output: id, state }, 1)
        }
      }
    },
  )
  gauge(registers, { name: 'sluice_outputs', help: 'Outputs by state', labelNames: ['state'] }, (set) => {
    const known = configs.all.filter(({ record }) => live.staleSince(record.channel.id) === null)
    const states = known.flatMap(({ outputs }) => outputs.map(({ id }) => live.output(id)?.state ?? 'idle'))
    for (const state of outputStates) set({ state }, states.filter((other) => other === state).length)
  })
  const perOutput = [
    ['sluice_output_bitrate_bps', 'Bits sent per second', 'bitrateBps'],
    ['sluice_output_bytes_total', 'Bytes sent in this session', 'bytesTotal'],
    ['sluice_output_acked_bytes_total', 'Bytes that the far end has acknowledged', 'ackedBytesTotal'],
    ['sluice_output_queue_bytes', 'Bytes queued for this output', 'queueBytes'],
    ['sluice_output_frames_dropped_total', 'Frames dropped for this output', 'framesDroppedTotal'],
    ['sluice_output_reconnects_total', 'Sessions after the first', 'reconnectsTotal'],
  ] as const
  for (const [name, help, field] of perOutput) {
    gauge(registers, { name, help, labelNames: ['channel', 'output'] }, (set) => {
      for (const channel of live.channelIds) {
        for (const stats of live.stats(channel).outputs) if (stats[field] !== null) set({ channel, output: stats.outputId }, stats[field])
      }
    })
  }
}
