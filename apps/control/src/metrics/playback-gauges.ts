import type { PlaybackMonitor } from '../beacons/index.ts'
import type { MeasureGauge } from './measure-gauges.ts'

/** What viewers see, of this minute and the last, as their players tell it. What nobody tells has no series. [EMB-04] */
export function playbackGauges(playback: PlaybackMonitor): MeasureGauge[] {
  const now = () =>
    playback.channelIds.flatMap((channel) => {
      const seen = playback.now(channel)
      return seen === null ? [] : [{ channel, ...seen }]
    })
  const gauge = (name: string, help: string, read: (seen: ReturnType<typeof now>[number]) => number | null | undefined): MeasureGauge => ({
    name,
    help,
    labelNames: ['channel'],
    collect(set) {
      for (const seen of now()) {
        const value = read(seen)
        if (value !== null && value !== undefined) set({ channel: seen.channel }, value)
      }
    },
  })
  return [
    gauge('sluice_playback_reporting_viewers', 'Viewers whose players report what they see', ({ reporting }) => reporting),
    gauge('sluice_playback_startup_p50_ms', 'From the wish to play to the first picture, median', ({ figures }) => figures.startupMs?.p50),
    gauge(
      'sluice_playback_startup_p95_ms',
      'From the wish to play to the first picture, 95th percentile',
      ({ figures }) => figures.startupMs?.p95,
    ),
    gauge('sluice_playback_latency_p50_ms', 'Behind live, median', ({ figures }) => figures.latencyMs?.p50),
    gauge('sluice_playback_latency_p95_ms', 'Behind live, 95th percentile', ({ figures }) => figures.latencyMs?.p95),
    gauge('sluice_playback_rebuffer_ratio', 'Time stalled over time stalled and played', ({ figures }) => figures.rebufferRatio),
    gauge('sluice_playback_stalls_per_hour', 'Stalls for each hour played', ({ figures }) => figures.stallsPerHour),
    {
      name: 'sluice_playback_beacons_dropped',
      help: 'Beacons that were malformed, one too many, or of too many views, since the start',
      labelNames: [],
      collect: (set) => set({}, playback.dropped),
    },
  ]
}
