import { type Invitation, type Page, PageQuery } from '@sluice/contract/api'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { toInvitation } from './records.ts'

/** Invitations that can still be used, oldest first, without their links. */
export async function listInvitations(ctx: ServiceContext, query: unknown): Promise<Page<Invitation>> {
  requireScope(ctx, 'member:write')
  const { after, limit } = parseInput(PageQuery, query)
  const rows = await ctx.platform.db
    .selectFrom('invitation')
    .selectAll()
    .where('workspace_id', '=', ctx.workspaceId)
    .where('expires_at_ms', '>', ctx.platform.clock.wallMs())
    .$if(after !== undefined, (select) => select.where('id', '>', after!))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, (row) => row.id, toInvitation)
}
