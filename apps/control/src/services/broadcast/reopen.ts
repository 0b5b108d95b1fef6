import { type ChannelRecord, channelRecord } from '../channel/index.ts'
import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'

/** Takes the end of a show back: outputs connect again with what their encoder sends, as a new broadcast. Asking twice is harmless. */
export async function reopenBroadcast(ctx: ServiceContext, id: string): Promise<ChannelRecord> {
  requireScope(ctx, 'output:write')
  return inTransaction(ctx, async (tx, write) => {
    const { channel } = await channelRecord(tx, ctx.workspaceId, id)
    if (channel.ended_at_ms !== null) {
      const { name } = ctx.actor
      await tx.updateTable('channel').set({ ended_at_ms: null, ended_by: null }).where('id', '=', id).execute()
      await recordChange(tx, write, {
        channels: [id],
        audit: { action: 'broadcast.start', subjectId: id, summary: `Reopened the outputs of ${channel.name} after the end of the show.` },
        event: {
          name: 'broadcast.reopened',
          channelId: id,
          subjectId: id,
          message: `${name} reopened the outputs after the end of the show: they go live again as soon as an encoder sends.`,
          data: { by: name },
        },
      })
    }
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
