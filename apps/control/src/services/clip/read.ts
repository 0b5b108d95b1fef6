import { type Page, PageQuery } from '@sluice/contract/api'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { type ClipRecord, clipRecord, clipRecords } from './records.ts'

/** One clip. */
export async function getClip(ctx: ServiceContext, id: string): Promise<ClipRecord> {
  requireScope(ctx, 'channel:read')
  return clipRecord(ctx.platform.db, ctx.workspaceId, id)
}

/** The workspace's clips, oldest first. */
export async function listClips(ctx: ServiceContext, query: unknown): Promise<Page<ClipRecord>> {
  requireScope(ctx, 'channel:read')
  const { after, limit } = parseInput(PageQuery, query)
  const rows = await clipRecords(ctx.platform.db, ctx.workspaceId, after, limit + 1)
  return pageOf(
    rows,
    limit,
    (row) => row.id,
    (row) => row,
  )
}
