import { isoTime } from '@sluice/base/clock'
import type { BroadcastPlayback, PlaybackStats } from '@sluice/contract/api'
import { channelInWorkspace } from '../channel/index.ts'
import { notFound, requireScope, type ServiceContext } from '../index.ts'
import { marksOf } from './marks.ts'

type Report = Pick<PlaybackStats, 'total' | 'formats' | 'minutes' | 'retention'>
/** What players say of a channel. */
export type PlaybackSight = {
  readonly dropped: number
  now(channelId: string): { readonly reporting: number } | null
  recent(channelId: string): Promise<Report>
  broadcast(channelId: string, startedAtMs: number): Promise<Report>
}

const spanMs = 15 * 60_000

/** What viewers of a channel saw in the last 15 minutes. `viewers`: by media requests; null: no engine reports. */
export async function playbackStats(
  ctx: ServiceContext,
  sight: PlaybackSight,
  viewers: (channelId: string) => number | null,
  id: string,
): Promise<PlaybackStats> {
  requireScope(ctx, 'channel:read')
  const { db, clock } = ctx.platform
  await channelInWorkspace(db, ctx.workspaceId, id)
  const nowMs = clock.wallMs()
  const report = await sight.recent(id)
  return {
    channelId: id,
    at: isoTime(nowMs),
    viewers: viewers(id),
    reporting: sight.now(id)?.reporting ?? 0,
    droppedBeacons: sight.dropped,
    ...report,
    marks: await marksOf(db, ctx.workspaceId, id, nowMs - spanMs, nowMs + 60_000),
  }
}

/** What viewers of a broadcast saw, minute by minute, with what happened meanwhile. Of a deleted channel too. */
export async function broadcastPlayback(ctx: ServiceContext, sight: PlaybackSight, id: string): Promise<BroadcastPlayback> {
  requireScope(ctx, 'channel:read')
  const { db, clock } = ctx.platform
  const row = await db
    .selectFrom('broadcast')
    .select(['id', 'channel_id', 'started_at_ms', 'ended_at_ms'])
    .where('id', '=', id)
    .where('workspace_id', '=', ctx.workspaceId)
    .executeTakeFirst()
  if (row === undefined) throw notFound('broadcast', id)
  const report = await sight.broadcast(row.channel_id, row.started_at_ms)
  const endMs = row.ended_at_ms ?? clock.wallMs()
  return {
    broadcastId: row.id,
    channelId: row.channel_id,
    peakViewers: Math.max(0, ...report.minutes.map(({ viewers }) => viewers)),
    ...report,
    // The event of an end comes a moment after it.
    marks: await marksOf(db, ctx.workspaceId, row.channel_id, row.started_at_ms - 1000, endMs + 60_000),
  }
}
