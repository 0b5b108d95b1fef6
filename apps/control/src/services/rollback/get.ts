import type { Rollback } from '@sluice/contract/api'
import { channelInWorkspace } from '../channel/index.ts'
import type { ServiceContext } from '../context.ts'
import { requireScope } from '../gate.ts'
import { presentRollback } from './present.ts'

/** Whether a channel is rolled back, since when, and to what. */
export async function getRollback(ctx: ServiceContext, channelId: string): Promise<Rollback> {
  requireScope(ctx, 'channel:read')
  return presentRollback(ctx.platform.db, await channelInWorkspace(ctx.platform.db, ctx.workspaceId, channelId))
}
