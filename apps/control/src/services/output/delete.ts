import { forgetUnused } from '../destination/index.ts'
import { audit, inTransaction, requireScope, type ServiceContext, touchChannels } from '../index.ts'
import { outputRecord } from './records.ts'

/** Takes an output off its channel. A destination that was made with an output goes with the last output on it. */
export async function deleteOutput(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'output:write')
  await inTransaction(ctx, async (tx, after) => {
    const { name, channel_id, destination_id } = await outputRecord(tx, ctx.workspaceId, id)
    await tx.deleteFrom('output').where('id', '=', id).execute()
    await forgetUnused(tx, [destination_id])
    await touchChannels(tx, ctx, [channel_id])
    await audit(tx, ctx, { action: 'output.delete', subjectId: id, summary: `Deleted the output ${name}.` })
    after.channelChanged(channel_id)
    after.gone('output', id, channel_id)
    after.event({ name: 'output.deleted', channelId: channel_id, subjectId: id, message: `${ctx.actor.name} deleted the output ${name}.` })
  })
}
