import { forgetUnused } from '../destination/index.ts'
import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { outputRecord } from './records.ts'

/** Takes an output off its channel. A destination that was made with an output goes with the last output on it. */
export async function deleteOutput(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'output:write')
  await inTransaction(ctx, async (tx, write) => {
    const { name, channel_id, destination_id } = await outputRecord(tx, ctx.workspaceId, id)
    await tx.deleteFrom('output').where('id', '=', id).execute()
    await forgetUnused(tx, [destination_id])
    await recordChange(tx, write, {
      channels: [channel_id],
      audit: { action: 'output.delete', subjectId: id, summary: `Deleted the output ${name}.` },
      event: { name: 'output.deleted', channelId: channel_id, subjectId: id, message: `${ctx.actor.name} deleted the output ${name}.` },
      also: [{ type: 'gone', workspaceId: ctx.workspaceId, channelId: channel_id, kind: 'output', id }],
    })
  })
}
