import { forgetUnused } from '../destination/index.ts'
import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

/** Deletes a channel with its inputs and outputs, and the destinations that were made with those. A publisher on it is ended. */
export async function deleteChannel(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'channel:write')
  await inTransaction(ctx, async (tx, write) => {
    const { name } = await channelInWorkspace(tx, ctx.workspaceId, id)
    const own = await tx.selectFrom('output').select('destination_id').where('channel_id', '=', id).execute()
    await tx.deleteFrom('channel').where('id', '=', id).execute()
    await forgetUnused(
      tx,
      own.map((output) => output.destination_id),
    )
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'channel.delete', subjectId: id, summary: `Deleted the channel ${name} with its outputs.` },
      event: { name: 'channel.deleted', channelId: id, subjectId: id, message: `${ctx.actor.name} deleted the channel ${name}.` },
      also: [{ type: 'gone', workspaceId: ctx.workspaceId, channelId: id, kind: 'channel', id }],
    })
  })
}
