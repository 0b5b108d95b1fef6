import { notFound, requireScope, type ServiceContext } from '../index.ts'
import type { KeptChannels } from './kept.ts'
import { type ChannelRecord, channelRecord } from './records.ts'

/** One channel: as it is kept in memory, or out of the database while a change of it is still to be read. */
export async function getChannel(ctx: ServiceContext, id: string, kept: KeptChannels): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:read')
  const record = kept.one(ctx.workspaceId, id)
  if (record === undefined) return channelRecord(ctx.platform.db, ctx.workspaceId, id)
  if (record === null) throw notFound('channel', id)
  return record
}
