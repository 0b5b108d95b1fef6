import type { Generated } from 'kysely'

/**
 * One minute of one SRT connection; counts are of the minute.
 * Indexes:
 * - `srt_minute_by_channel_at`: the minutes of a channel, newest first
 * - `srt_minute_by_at`: the minutes that are past their time
 */
export type SrtMinuteTable = {
  seq: Generated<number>
  workspace_id: string
  channel_id: string
  subject_id: string
  side: 'input' | 'output'
  session_at_ms: number
  at_ms: number
  span_ms: number
  rtt_min_us: number
  rtt_avg_us: number
  rtt_p95_us: number
  latency_ms: number
  unique_packets: number
  loss_packets: number
  retrans_packets: number
  drop_packets: number
  belated_packets: number
  buffer_avg_ms: number
  buffer_max_ms: number
  rate_bps: number
  bandwidth_bps: number
  flight_max_packets: number
}
