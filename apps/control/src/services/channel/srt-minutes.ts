import { isoTime } from '@sluice/base/clock'
import { type SrtHistory, SrtHistoryQuery, type SrtMinute } from '@sluice/contract/api'
import type { Selectable } from 'kysely'
import type { SrtMinuteTable } from '../../db/index.ts'
import { parseInput, requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

const minuteMs = 60_000
/** A day of a channel with a dozen SRT connections. */
const maxRows = 20_000

/** What the SRT connections of a channel went through in the last minutes, oldest first. */
export async function srtMinutes(ctx: ServiceContext, id: string, query: unknown): Promise<SrtHistory> {
  requireScope(ctx, 'channel:read')
  const { minutes, subject } = parseInput(SrtHistoryQuery, query)
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
  return { items: rows.reverse().map(toSrtMinute) }
}

function toSrtMinute(row: Selectable<SrtMinuteTable>): SrtMinute {
  return {
    at: isoTime(row.at_ms),
    side: row.side === 'input' ? 'input' : 'output',
    subjectId: row.subject_id,
    sessionAt: isoTime(row.session_at_ms),
    spanMs: row.span_ms,
    msRTTMin: row.rtt_min_us / 1000,
    msRTTAvg: row.rtt_avg_us / 1000,
    msRTTP95: row.rtt_p95_us / 1000,
    msTsbPdDelay: row.latency_ms,
    pktUnique: row.unique_packets,
    pktLoss: row.loss_packets,
    pktRetrans: row.retrans_packets,
    pktDrop: row.drop_packets,
    pktBelated: row.belated_packets,
    msBufAvg: row.buffer_avg_ms,
    msBufMax: row.buffer_max_ms,
    mbpsRate: row.rate_bps / 1e6,
    mbpsBandwidth: row.bandwidth_bps / 1e6,
    pktFlightSizeMax: row.flight_max_packets,
  }
}
