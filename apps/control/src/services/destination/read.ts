import { type Page, PageQuery } from '@sluice/contract/api'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { type DestinationRecord, destinationRecord, destinationRecords } from './records.ts'

/** One destination. */
export async function getDestination(ctx: ServiceContext, id: string): Promise<DestinationRecord> {
  requireScope(ctx, 'destination:read')
  return destinationRecord(ctx.platform.db, ctx.workspaceId, id)
}

/** The workspace's destinations, oldest first. */
export async function listDestinations(ctx: ServiceContext, query: unknown): Promise<Page<DestinationRecord>> {
  requireScope(ctx, 'destination:read')
  const { after, limit } = parseInput(PageQuery, query)
  const rows = await destinationRecords(ctx.platform.db, ctx.workspaceId, after, limit + 1)
  return pageOf(
    rows,
    limit,
    (row) => row.id,
    (row) => row,
  )
}
