import type { ProbeMonitor } from '../probes/index.ts'
import type { MeasureGauge } from './measure-gauges.ts'

/** The channels as probes see them from outside. What is not known has no series: it is never 1. [OBS-05] */
export function probeGauges(probes: ProbeMonitor): MeasureGauge[] {
  const reports = () => probes.channelIds.map((channel) => ({ channel, ...probes.report(channel) }))
  const perFormat = (
    name: string,
    help: string,
    read: (format: ReturnType<typeof reports>[number]['formats'][number]) => number | null,
  ): MeasureGauge => ({
    name,
    help,
    labelNames: ['channel', 'format'],
    collect(set) {
      for (const { channel, formats } of reports()) {
        for (const one of formats) {
          const value = read(one)
          if (value !== null) set({ channel, format: one.format }, value)
        }
      }
    },
  })
  return [
    perFormat('sluice_probe_ok', '1 while a player from outside plays the channel without a fault, 0 while it finds one', ({ state }) =>
      state === 'ok' ? 1 : state === 'faulty' ? 0 : null,
    ),
    perFormat('sluice_probe_unknown', '1 while nobody looks at the channel from outside, though it is on air', ({ state }) =>
      state === 'waiting' ? null : state === 'unknown' ? 1 : 0,
    ),
    perFormat('sluice_probe_latency_ms', 'Behind live at a player that keeps the hold-back', ({ latencyMs }) => latencyMs),
    perFormat('sluice_probe_glass_ms', 'The same from the timestamp in the picture of a source that sends one', ({ glassMs }) => glassMs),
    perFormat(
      'sluice_probe_success_ratio',
      'Time in which it played over time in which it should have, in this broadcast',
      ({ success }) => success.share,
    ),
    {
      name: 'sluice_output_seen',
      help: '1 while the destination shows the output at its playback address, 0 while it does not',
      labelNames: ['channel', 'output'],
      collect(set) {
        for (const { channel, outputs } of reports())
          for (const { outputId: output, seen } of outputs) if (seen !== null) set({ channel, output }, seen ? 1 : 0)
      },
    },
    {
      name: 'sluice_prober_cpu_share',
      help: 'Share of one core that the prober takes for all channels',
      labelNames: [],
      collect(set) {
        const share = probes.prober?.cpuShare ?? null
        if (share !== null) set({}, share)
      },
    },
  ]
}
