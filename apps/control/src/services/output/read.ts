import { type Page, PageQuery } from '@sluice/contract/api'
import { channelInWorkspace } from '../channel/index.ts'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { type OutputRecord, outputRecord, outputRecords } from './records.ts'

/** One output. */
export async function getOutput(ctx: ServiceContext, id: string): Promise<OutputRecord> {
  requireScope(ctx, 'output:read')
  return outputRecord(ctx.platform.db, ctx.workspaceId, id)
}

/** A channel's outputs, oldest first. */
export async function listOutputs(ctx: ServiceContext, channelId: string, query: unknown): Promise<Page<OutputRecord>> {
  requireScope(ctx, 'output:read')
  const { after, limit } = parseInput(PageQuery, query)
  await channelInWorkspace(ctx.platform.db, ctx.workspaceId, channelId)
  const rows = await outputRecords(ctx.platform.db, channelId, after, limit + 1)
  return pageOf(
    rows,
    limit,
    (row) => row.id,
    (row) => row,
  )
}
