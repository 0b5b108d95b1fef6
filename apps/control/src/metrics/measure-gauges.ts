import { type ChannelStats, latencyStages } from '@sluice/contract/api'
import type { LatencyMonitor } from '../latency/index.ts'
import type { LiveState } from '../observed/index.ts'

type Labels = Record<string, string>
export type MeasureGauge = {
  readonly name: string
  readonly help: string
  readonly labelNames: string[]
  collect(set: (labels: Labels, value: number) => void): void
}

/** Everything of a channel that is judged; playback has no id of its own. */
const judgedParts = ({ inputs, outputs, playback }: ChannelStats) => [
  ...inputs.map(({ inputId, verdicts }) => ({ id: inputId, verdicts })),
  ...outputs.map(({ outputId, verdicts }) => ({ id: outputId, verdicts })),
  { id: '', verdicts: playback?.verdicts },
]

/** Publish success, verdicts and latency as Prometheus sees them. What is not measured has no series. [OBS-01] */
export function measureGauges(live: LiveState, latency: LatencyMonitor): MeasureGauge[] {
  const ledgers = () => live.channelIds.flatMap((channel) => latency.ledger(channel) ?? [])
  return [
    {
      name: 'sluice_broadcast_publish_success_ratio',
      help: 'Time in which outputs were live over time in which they were wanted, of the present broadcast or the last',
      labelNames: ['channel'],
      collect(set) {
        for (const channel of live.channelIds) {
          const share = live.stats(channel).broadcast?.share
          if (share !== undefined && share !== null) set({ channel }, share)
        }
      },
    },
    {
      name: 'sluice_output_publish_success_ratio',
      help: 'Time in which the output was live over time in which it was wanted, of the present broadcast or the last',
      labelNames: ['channel', 'output'],
      collect(set) {
        for (const channel of live.channelIds) {
          for (const { outputId, publish } of live.stats(channel).outputs) {
            if (publish !== undefined && publish.share !== null) set({ channel, output: outputId }, publish.share)
          }
        }
      },
    },
    {
      name: 'sluice_verdict',
      help: '1 for a warning, 2 where viewers or destinations lose media now; `id` is the input or output',
      labelNames: ['channel', 'subject', 'id', 'code'],
      collect(set) {
        for (const channel of live.channelIds) {
          for (const { id, verdicts = [] } of judgedParts(live.stats(channel))) {
            for (const { subject, code, level } of verdicts) set({ channel, subject, id, code }, level === 'bad' ? 2 : 1)
          }
        }
      },
    },
    {
      name: 'sluice_latency_stage_ms',
      help: 'Latency of a stage; `basis` says whether it was measured or computed',
      labelNames: ['channel', 'stage', 'basis'],
      collect(set) {
        for (const { channelId, stages } of ledgers()) {
          for (const { stage, ms, basis } of stages) if (ms !== null) set({ channel: channelId, stage, basis }, ms)
        }
      },
    },
    {
      name: 'sluice_latency_breached',
      help: '1 for a stage that has been over its budget for 30 s',
      labelNames: ['channel', 'stage'],
      collect(set) {
        for (const channel of live.channelIds) {
          const { breached } = latency.trouble(channel)
          for (const stage of latencyStages) set({ channel, stage }, breached.includes(stage) ? 1 : 0)
        }
      },
    },
    {
      name: 'sluice_latency_drift_ms_per_minute',
      help: 'Growth of the latency that Sluice adds, over ten minutes',
      labelNames: ['channel'],
      collect(set) {
        for (const { channelId, drift } of ledgers()) if (drift.msPerMinute !== null) set({ channel: channelId }, drift.msPerMinute)
      },
    },
    {
      name: 'sluice_output_queue_ms',
      help: 'Media queued for this output',
      labelNames: ['channel', 'output'],
      collect(set) {
        for (const channel of live.channelIds)
          for (const { outputId, queueMs } of live.stats(channel).outputs) set({ channel, output: outputId }, queueMs)
      },
    },
    {
      name: 'sluice_output_acceptance_ms',
      help: 'Time until the far end acknowledges what was sent',
      labelNames: ['channel', 'output'],
      collect(set) {
        for (const { channelId, outputs } of ledgers()) {
          for (const { outputId, acceptanceMs } of outputs)
            if (acceptanceMs !== null) set({ channel: channelId, output: outputId }, acceptanceMs)
        }
      },
    },
  ]
}
