import { channelInWorkspace } from '../channel/index.ts'
import { requireScope, type ServiceContext } from '../index.ts'
import { type PlayerRecord, playerRecord, toPlayer } from './records.ts'

/** One player. */
export async function getPlayer(ctx: ServiceContext, id: string): Promise<PlayerRecord> {
  requireScope(ctx, 'channel:read')
  return playerRecord(ctx.platform.db, ctx.workspaceId, id)
}

/** A channel's players, oldest first: all at once, they are few. */
export async function listPlayers(ctx: ServiceContext, channelId: string): Promise<PlayerRecord[]> {
  requireScope(ctx, 'channel:read')
  const { db } = ctx.platform
  await channelInWorkspace(db, ctx.workspaceId, channelId)
  return (await db.selectFrom('player').selectAll().where('channel_id', '=', channelId).orderBy('id').execute()).map(toPlayer)
}
