import { type SrtFigures, type SrtSide, srtFigures } from '@sluice/contract/api'
import type { LiveState } from '../observed/index.ts'

/** One Prometheus series for each SRT connection. */
export type SrtGauge = { readonly name: string; readonly help: string; readonly field: keyof SrtFigures }

/** Counts are of the present connection and begin anew with the next one. */
export const srtGauges: readonly SrtGauge[] = [
  { name: 'sluice_srt_rtt_ms', help: 'Round trip of the SRT connection', field: 'rttMs' },
  { name: 'sluice_srt_latency_ms', help: 'SRT latency that both ends agreed on', field: 'latencyMs' },
  { name: 'sluice_srt_buffer_ms', help: 'Media in the SRT buffer', field: 'bufferMs' },
  { name: 'sluice_srt_bandwidth_mbps', help: 'Estimated capacity of the link', field: 'bandwidthMbps' },
  { name: 'sluice_srt_flight_packets', help: 'Packets sent and not yet acknowledged', field: 'flightPackets' },
  { name: 'sluice_srt_packets_total', help: 'Packets of media, without repeated ones', field: 'uniqueTotal' },
  { name: 'sluice_srt_lost_packets_total', help: 'Packets lost on the way, before recovery', field: 'lossTotal' },
  { name: 'sluice_srt_retransmitted_packets_total', help: 'Packets sent again', field: 'retransTotal' },
  { name: 'sluice_srt_dropped_packets_total', help: 'Packets that arrived too late and were lost', field: 'dropTotal' },
  { name: 'sluice_srt_belated_packets_total', help: 'Packets that came after they were given up', field: 'belatedTotal' },
  { name: 'sluice_srt_bytes_total', help: 'Bytes with all headers', field: 'bytesTotal' },
]

export type SrtSeries = { readonly labels: { channel: string; side: SrtSide; subject: string }; readonly figures: SrtFigures }

/** The SRT connections of all channels as they are now. */
export function srtSeries(live: LiveState): SrtSeries[] {
  return live.channelIds.flatMap((channel) => {
    const { inputs, outputs } = live.stats(channel)
    const one = (side: SrtSide, subject: string, srt: Readonly<Record<string, number>> | null): SrtSeries[] =>
      srt === null ? [] : [{ labels: { channel, side, subject }, figures: srtFigures(srt, side) }]
    return [
      ...inputs.flatMap(({ inputId, srt }) => one('input', inputId, srt)),
      ...outputs.flatMap(({ outputId, srt }) => one('output', outputId, srt)),
    ]
  })
}
