import { channelInWorkspace } from '../channel/index.ts'
import { requireScope, type ServiceContext } from '../index.ts'
import { type RungRecord, rungRecord, rungRecords } from './records.ts'

/** One rung. */
export async function getRung(ctx: ServiceContext, id: string): Promise<RungRecord> {
  requireScope(ctx, 'output:read')
  return rungRecord(ctx.platform.db, ctx.workspaceId, id)
}

/** A channel's rungs, oldest first: all at once, they are few. */
export async function listRungs(ctx: ServiceContext, channelId: string): Promise<RungRecord[]> {
  requireScope(ctx, 'output:read')
  await channelInWorkspace(ctx.platform.db, ctx.workspaceId, channelId)
  return rungRecords(ctx.platform.db, channelId)
}
