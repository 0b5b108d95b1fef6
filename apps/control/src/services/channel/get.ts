import { requireScope, type ServiceContext } from '../index.ts'
import { type ChannelRecord, channelRecord } from './records.ts'

/** One channel. */
export async function getChannel(ctx: ServiceContext, id: string): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:read')
  return channelRecord(ctx.platform.db, ctx.workspaceId, id)
}
