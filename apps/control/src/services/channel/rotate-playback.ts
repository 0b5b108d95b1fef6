import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { newPlayback } from './keys.ts'
import { type ChannelRecord, channelInWorkspace, channelRecord } from './records.ts'

/** New addresses for HLS, player page, embeds, preview and RTMP play. Who watches by an old one is cut off at once. */
export async function rotatePlayback(ctx: ServiceContext, id: string): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  return inTransaction(ctx, async (tx, write) => {
    const { name } = await channelInWorkspace(tx, ctx.workspaceId, id)
    await tx.updateTable('channel').set(newPlayback(ctx.platform.vault, id)).where('id', '=', id).execute()
    const message = `${ctx.actor.name} replaced the playback addresses: players and embeds with the old ones are cut off.`
    await recordChange(tx, write, {
      channels: [id],
      audit: { action: 'channel.playback', subjectId: id, summary: `Replaced the playback addresses of ${name}.` },
      event: { name: 'channel.updated', channelId: id, subjectId: id, message },
    })
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
