import { EventLogQuery, type Page, PageQuery } from '@sluice/contract/api'
import { type StoredEvent, severities } from '@sluice/contract/events'
import type { Database } from '../../db/index.ts'
import { toStoredEvent } from '../../events/index.ts'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

/** What happened on a channel, newest first. What happened on one that was deleted is still to be read. */
export async function channelTimeline(ctx: ServiceContext, id: string, query: unknown): Promise<Page<StoredEvent>> {
  requireScope(ctx, 'event:read')
  const { after, limit } = parseInput(PageQuery, query)
  const page = await readEvents(ctx, { after, limit, channel: id, severity: 'info' })
  if (page.items.length === 0 && !(await hasEvents(ctx.platform.db, ctx.workspaceId, id))) {
    await channelInWorkspace(ctx.platform.db, ctx.workspaceId, id)
  }
  return page
}

/** What happened in the workspace, newest first: on all its channels, on those that were deleted, and on the machine. */
export async function eventLog(ctx: ServiceContext, query: unknown): Promise<Page<StoredEvent>> {
  requireScope(ctx, 'event:read')
  const wanted = parseInput(EventLogQuery, query)
  const { channel } = wanted
  if (channel !== undefined && channel !== 'none' && !(await hasEvents(ctx.platform.db, ctx.workspaceId, channel))) {
    await channelInWorkspace(ctx.platform.db, ctx.workspaceId, channel)
  }
  return readEvents(ctx, wanted)
}

type Wanted = { after?: string | undefined; limit: number; channel?: string | undefined; severity: StoredEvent['severity'] }

async function readEvents(ctx: ServiceContext, { after, limit, channel, severity }: Wanted): Promise<Page<StoredEvent>> {
  const before = Number(after)
  const rows = await ctx.platform.db
    .selectFrom('event')
    .selectAll()
    .where((eb) => eb.or([eb('workspace_id', '=', ctx.workspaceId), eb('workspace_id', 'is', null)]))
    .$if(channel === 'none', (select) => select.where('channel_id', 'is', null))
    .$if(channel !== undefined && channel !== 'none', (select) => select.where('channel_id', '=', channel!))
    .$if(severity !== 'info', (select) => select.where('severity', 'in', severities.slice(severities.indexOf(severity))))
    .$if(Number.isSafeInteger(before), (select) => select.where('seq', '<', before))
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, (row) => String(row.seq), toStoredEvent)
}

/** Whether anything is known of a channel of this workspace that may be gone. */
async function hasEvents(db: Database, workspaceId: string, channelId: string): Promise<boolean> {
  const row = await db
    .selectFrom('event')
    .select('seq')
    .where('channel_id', '=', channelId)
    .where('workspace_id', '=', workspaceId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
