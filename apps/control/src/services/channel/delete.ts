import { forgetUnused } from '../destination/index.ts'
import { audit, inTransaction, requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

/** Deletes a channel with its inputs and outputs, and the destinations that were made with those. A publisher on it is ended. */
export async function deleteChannel(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'channel:write')
  await inTransaction(ctx, async (tx, after) => {
    const { name } = await channelInWorkspace(tx, ctx.workspaceId, id)
    const own = await tx.selectFrom('output').select('destination_id').where('channel_id', '=', id).execute()
    await tx.deleteFrom('channel').where('id', '=', id).execute()
    await forgetUnused(
      tx,
      own.map((output) => output.destination_id),
    )
    await audit(tx, ctx, { action: 'channel.delete', subjectId: id, summary: `Deleted the channel ${name} with its outputs.` })
    after.gone('channel', id, id)
    after.event({ name: 'channel.deleted', channelId: id, subjectId: id, message: `${ctx.actor.name} deleted the channel ${name}.` })
  })
}
