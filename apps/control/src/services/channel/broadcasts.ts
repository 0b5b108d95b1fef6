import { isoTime } from '@sluice/base/clock'
import { BroadcastReport, type BroadcastSummary, type Page, PageQuery } from '@sluice/contract/api'
import { type Broadcast, isAimMet, publishAim } from '@sluice/contract/link'
import type { Selectable } from 'kysely'
import type { BroadcastTable } from '../../db/index.ts'
import { notFound, pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

type BroadcastRow = Selectable<BroadcastTable>
/** The broadcast that runs on a channel, with its figures of now; null for none. */
type Running = (channelId: string) => { readonly at: string; readonly broadcast: Broadcast } | null

/** The broadcasts of a channel, newest first. Those of one that was deleted are still to be read. */
export async function channelBroadcasts(
  ctx: ServiceContext,
  id: string,
  query: unknown,
  running: Running,
): Promise<Page<BroadcastSummary>> {
  requireScope(ctx, 'channel:read')
  const { after, limit } = parseInput(PageQuery, query)
  const before = Number(after)
  const rows = await ctx.platform.db
    .selectFrom('broadcast')
    .selectAll()
    .where('channel_id', '=', id)
    .where('workspace_id', '=', ctx.workspaceId)
    .$if(Number.isSafeInteger(before), (select) => select.where('started_at_ms', '<', before))
    .orderBy('started_at_ms', 'desc')
    .limit(limit + 1)
    .execute()
  if (rows.length === 0 && after === undefined) await channelInWorkspace(ctx.platform.db, ctx.workspaceId, id)
  return pageOf(
    rows,
    limit,
    (row) => String(row.started_at_ms),
    (row) => toSummary(row, running),
  )
}

/** One broadcast with its outputs. */
export async function getBroadcast(ctx: ServiceContext, id: string, running: Running): Promise<BroadcastReport> {
  requireScope(ctx, 'channel:read')
  const row = await ctx.platform.db
    .selectFrom('broadcast')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', ctx.workspaceId)
    .executeTakeFirst()
  if (row === undefined) throw notFound('broadcast', id)
  return { ...toSummary(row, running), outputs: BroadcastReport.shape.outputs.parse(JSON.parse(row.outputs)) }
}

function toSummary(row: BroadcastRow, running: Running): BroadcastSummary {
  const now = row.ended_at_ms === null ? running(row.channel_id) : null
  const isNow = now !== null && Date.parse(now.broadcast.startedAt) === row.started_at_ms
  const { wantedMs, liveMs } = isNow ? now.broadcast : { wantedMs: row.wanted_ms, liveMs: row.live_ms }
  const share = wantedMs > 0 ? Math.min(1, liveMs / wantedMs) : null
  return {
    id: row.id,
    channelId: row.channel_id,
    startedAt: isoTime(row.started_at_ms),
    endedAt: isoTime(row.ended_at_ms),
    endedBy: row.ended_by,
    figuresAt: isNow ? now.at : isoTime(row.seen_at_ms),
    ...{ wantedMs, liveMs, share },
    aim: publishAim,
    isAimMet: isAimMet(share),
  }
}
