import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { playerRecord } from './records.ts'

/** Deletes a player: its addresses answer no more, and pages that are open find no stream when they ask next. */
export async function deletePlayer(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'channel:write')
  await inTransaction(ctx, async (tx, write) => {
    const { channel_id: channelId, name } = await playerRecord(tx, ctx.workspaceId, id)
    await tx.deleteFrom('player').where('id', '=', id).execute()
    await recordChange(tx, write, {
      channels: [],
      reread: [channelId],
      audit: { action: 'player.delete', subjectId: id, summary: `Deleted the player ${name}.` },
      event: { name: 'channel.updated', channelId, subjectId: id, message: `${ctx.actor.name} deleted the player ${name}.` },
    })
  })
}
