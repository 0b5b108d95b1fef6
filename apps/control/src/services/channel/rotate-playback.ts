import { audit, inTransaction, requireScope, type ServiceContext, touchChannels } from '../index.ts'
import { newPlayback } from './keys.ts'
import { type ChannelRecord, channelInWorkspace, channelRecord } from './records.ts'

/** New addresses for HLS, player page, embeds, preview and RTMP play. Who watches by an old one is cut off at once. */
export async function rotatePlayback(ctx: ServiceContext, id: string): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  return inTransaction(ctx, async (tx, after) => {
    const { name } = await channelInWorkspace(tx, ctx.workspaceId, id)
    await tx.updateTable('channel').set(newPlayback(ctx.platform.vault, id)).where('id', '=', id).execute()
    await touchChannels(tx, ctx, [id])
    await audit(tx, ctx, { action: 'channel.playback', subjectId: id, summary: `Replaced the playback addresses of ${name}.` })
    after.channelChanged(id)
    const message = `${ctx.actor.name} replaced the playback addresses: players and embeds with the old ones are cut off.`
    after.event({ name: 'channel.updated', channelId: id, subjectId: id, message })
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
