import { type Rollback, RollbackQuery } from '@sluice/contract/api'
import { channelInWorkspace } from '../channel/index.ts'
import { parseInput, requireScope, type ServiceContext } from '../index.ts'
import { type OutputSight, presentRollback } from './present.ts'

/** Whether a channel is rolled back, since when, and to what; while it is not, what a rollback would do. */
export async function getRollback(ctx: ServiceContext, live: OutputSight, channelId: string, query: unknown): Promise<Rollback> {
  requireScope(ctx, 'channel:read')
  const { keep } = parseInput(RollbackQuery, query ?? {})
  const { db } = ctx.platform
  return presentRollback(db, ctx, live, await channelInWorkspace(db, ctx.workspaceId, channelId), keep)
}
