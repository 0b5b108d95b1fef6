import { type Page, PageQuery } from '@sluice/contract/api'
import type { Reader } from '../../db/index.ts'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import type { KeptChannels } from './kept.ts'
import { type ChannelRecord, withInputs } from './records.ts'

/** The workspace's channels, oldest first: as they are kept in memory, or out of the database while a change is still to be read. */
export async function listChannels(ctx: ServiceContext, query: unknown, kept: KeptChannels): Promise<Page<ChannelRecord>> {
  requireScope(ctx, 'channel:read')
  const { after, limit } = parseInput(PageQuery, query)
  const found = kept.page(ctx.workspaceId, after, limit + 1) ?? (await readPage(ctx.platform.db, ctx.workspaceId, after, limit + 1))
  return pageOf(
    found,
    limit,
    ({ channel }) => channel.id,
    (record) => record,
  )
}

async function readPage(db: Reader, workspaceId: string, after: string | undefined, count: number): Promise<ChannelRecord[]> {
  const rows = await db
    .selectFrom('channel')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .$if(after !== undefined, (select) => select.where('id', '>', after!))
    .orderBy('id')
    .limit(count)
    .execute()
  return withInputs(db, rows)
}
