import type { FigureHistory } from '@sluice/contract/api'
import { requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

/** The bitrates of the last 15 minutes. */
export async function channelHistory(
  ctx: ServiceContext,
  of: (channelId: string) => FigureHistory,
  channelId: string,
): Promise<FigureHistory> {
  requireScope(ctx, 'channel:read')
  const { id } = await channelInWorkspace(ctx.platform.db, ctx.workspaceId, channelId)
  return of(id)
}
