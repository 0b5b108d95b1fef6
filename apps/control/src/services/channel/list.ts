import { type Page, PageQuery } from '@sluice/contract/api'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { type ChannelRecord, withInputs } from './records.ts'

/** The workspace's channels, oldest first. */
export async function listChannels(ctx: ServiceContext, query: unknown): Promise<Page<ChannelRecord>> {
  requireScope(ctx, 'channel:read')
  const { after, limit } = parseInput(PageQuery, query)
  const { db } = ctx.platform
  const rows = await db
    .selectFrom('channel')
    .selectAll()
    .where('workspace_id', '=', ctx.workspaceId)
    .$if(after !== undefined, (select) => select.where('id', '>', after!))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const page = pageOf(
    rows,
    limit,
    (row) => row.id,
    (row) => row,
  )
  return { items: await withInputs(db, page.items), next: page.next }
}
