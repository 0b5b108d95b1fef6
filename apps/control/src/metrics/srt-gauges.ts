import type { LineSide } from '@sluice/contract/api'
import type { LineStats } from '@sluice/contract/link'
import type { LiveState } from '../observed/index.ts'

/** One Prometheus series for each SRT connection. */
export type SrtGauge = { readonly name: string; readonly help: string; readonly of: (line: LineStats) => number }

/** Counts are of the present connection and begin anew with the next one. */
export const srtGauges: readonly SrtGauge[] = [
  { name: 'sluice_srt_rtt_ms', help: 'Round trip of the SRT connection', of: ({ rttMs }) => rttMs },
  { name: 'sluice_srt_latency_ms', help: 'SRT latency that both ends agreed on', of: ({ latencyMs }) => latencyMs },
  { name: 'sluice_srt_buffer_ms', help: 'Media in the SRT buffer', of: ({ bufferMs }) => bufferMs },
  { name: 'sluice_srt_bandwidth_mbps', help: 'Estimated capacity of the link', of: ({ capacityBps }) => capacityBps / 1e6 },
  { name: 'sluice_srt_flight_packets', help: 'Packets sent and not yet acknowledged', of: ({ inFlightPackets }) => inFlightPackets },
  { name: 'sluice_srt_packets_total', help: 'Media packets, without retransmissions', of: ({ packetsTotal }) => packetsTotal },
  { name: 'sluice_srt_lost_packets_total', help: 'Packets lost on the way, before recovery', of: ({ lostTotal }) => lostTotal },
  { name: 'sluice_srt_retransmitted_packets_total', help: 'Packets retransmitted', of: ({ resentTotal }) => resentTotal },
  { name: 'sluice_srt_dropped_packets_total', help: 'Packets that arrived too late and were lost', of: ({ droppedTotal }) => droppedTotal },
  { name: 'sluice_srt_belated_packets_total', help: 'Packets that arrived after they were given up', of: ({ lateTotal }) => lateTotal },
  { name: 'sluice_srt_bytes_total', help: 'Bytes, headers included', of: ({ bytesTotal }) => bytesTotal },
]

export type SrtSeries = { readonly labels: { channel: string; side: LineSide; subject: string }; readonly line: LineStats }

/** The SRT connections of all channels as they are now. */
export function srtSeries(live: LiveState): SrtSeries[] {
  return live.channelIds.flatMap((channel) => {
    const { inputs, outputs } = live.stats(channel)
    const one = (side: LineSide, subject: string, line: LineStats | null): SrtSeries[] =>
      line === null ? [] : [{ labels: { channel, side, subject }, line }]
    return [
      ...inputs.flatMap(({ inputId, line }) => one('input', inputId, line)),
      ...outputs.flatMap(({ outputId, line }) => one('output', outputId, line)),
    ]
  })
}
