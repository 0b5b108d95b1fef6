import { type Page, PageQuery } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { toStoredEvent } from '../../events/index.ts'
import type { ServiceContext } from '../context.ts'
import { parseInput, requireScope } from '../gate.ts'
import { pageOf } from '../page.ts'
import { channelInWorkspace } from './records.ts'

/** What happened on a channel, newest first. */
export async function channelTimeline(ctx: ServiceContext, id: string, query: unknown): Promise<Page<StoredEvent>> {
  requireScope(ctx, 'event:read')
  const { after, limit } = parseInput(PageQuery, query)
  const { db } = ctx.platform
  await channelInWorkspace(db, ctx.workspaceId, id)
  const before = Number(after)
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('channel_id', '=', id)
    .$if(Number.isSafeInteger(before), (select) => select.where('seq', '<', before))
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, (row) => String(row.seq), toStoredEvent)
}
