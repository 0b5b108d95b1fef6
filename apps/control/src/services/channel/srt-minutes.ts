import { isoTime } from '@sluice/base/clock'
import { type LineHistory, LineHistoryQuery, type LineMinute } from '@sluice/contract/api'
import type { Selectable } from 'kysely'
import type { SrtMinuteTable } from '../../db/index.ts'
import { parseInput, requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

const minuteMs = 60_000
/** A day of a channel with a dozen SRT connections. */
const maxRows = 20_000

/** What the SRT connections of a channel went through in the last minutes, oldest first. */
export async function srtMinutes(ctx: ServiceContext, id: string, query: unknown): Promise<LineHistory> {
  requireScope(ctx, 'channel:read')
  const { minutes, subject } = parseInput(LineHistoryQuery, query)
  const { db, clock } = ctx.platform
  await channelInWorkspace(db, ctx.workspaceId, id)
  const rows = await db
    .selectFrom('srt_minute')
    .selectAll()
    .where('channel_id', '=', id)
    .where('at_ms', '>', clock.wallMs() - (minutes + 1) * minuteMs)
    .$if(subject !== undefined, (select) => select.where('subject_id', '=', subject!))
    .orderBy('at_ms', 'desc')
    .orderBy('seq', 'desc')
    .limit(maxRows)
    .execute()
  return { items: rows.reverse().map(toLineMinute) }
}

function toLineMinute(row: Selectable<SrtMinuteTable>): LineMinute {
  return {
    at: isoTime(row.at_ms),
    side: row.side === 'input' ? 'input' : 'output',
    subjectId: row.subject_id,
    sessionAt: isoTime(row.session_at_ms),
    spanMs: row.span_ms,
    rttMinMs: row.rtt_min_us / 1000,
    rttAvgMs: row.rtt_avg_us / 1000,
    rttP95Ms: row.rtt_p95_us / 1000,
    latencyMs: row.latency_ms,
    packets: row.unique_packets,
    lost: row.loss_packets,
    resent: row.retrans_packets,
    dropped: row.drop_packets,
    late: row.belated_packets,
    bufferAvgMs: row.buffer_avg_ms,
    bufferMaxMs: row.buffer_max_ms,
    rateBps: row.rate_bps,
    capacityBps: row.bandwidth_bps,
    inFlightMaxPackets: row.flight_max_packets,
  }
}
