import { type GuestLink, type Page, PageQuery } from '@sluice/contract/api'
import { channelInWorkspace } from '../channel/index.ts'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { guestLinkRecords, toGuestLink } from './records.ts'

/** A channel's guest links, oldest first, those that have ended too. */
export async function listGuestLinks(ctx: ServiceContext, channelId: string, query: unknown): Promise<Page<GuestLink>> {
  requireScope(ctx, 'output:read')
  const { after, limit } = parseInput(PageQuery, query)
  await channelInWorkspace(ctx.platform.db, ctx.workspaceId, channelId)
  const rows = await guestLinkRecords(ctx.platform.db, channelId, after, limit + 1)
  const nowMs = ctx.platform.clock.wallMs()
  return pageOf(
    rows,
    limit,
    (row) => row.id,
    (row) => toGuestLink(row, nowMs),
  )
}
