import { type ApiKey, type Page, PageQuery } from '@sluice/contract/api'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { toApiKey } from './records.ts'

/** The workspace's API keys, oldest first, without the keys themselves. */
export async function listApiKeys(ctx: ServiceContext, query: unknown): Promise<Page<ApiKey>> {
  requireScope(ctx, 'apikey:write')
  const { after, limit } = parseInput(PageQuery, query)
  const rows = await ctx.platform.db
    .selectFrom('api_key')
    .selectAll()
    .where('workspace_id', '=', ctx.workspaceId)
    .$if(after !== undefined, (select) => select.where('id', '>', after!))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, (row) => row.id, toApiKey)
}
