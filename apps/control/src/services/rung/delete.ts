import { channelInWorkspace } from '../channel/index.ts'
import { holdChannel, inTransaction, ProblemError, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { ladderIds } from '../plan/index.ts'
import { rungRecord } from './records.ts'

/** Deletes a rung. Refused while an output or the player's ladder names it, running or not. */
export async function deleteRung(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'output:write')
  await inTransaction(ctx, async (tx, write) => {
    const { channel_id: channelId } = await rungRecord(tx, ctx.workspaceId, id)
    // An output that is given the rung at this moment waits, or is seen.
    await holdChannel(tx, channelId)
    const { name, outputs } = await rungRecord(tx, ctx.workspaceId, id)
    if (outputs.length > 0) {
      const names = outputs.map((output) => output.name).join(', ')
      throw new ProblemError('RUNG_IN_USE', `The rung ${name} is used by ${outputs.length === 1 ? 'the output' : 'the outputs'} ${names}.`)
    }
    const { ladder } = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    if (ladderIds(ladder).includes(id)) throw new ProblemError('RUNG_IN_USE', `The player's ladder has the rung ${name}.`)
    await tx.deleteFrom('rung').where('id', '=', id).execute()
    await recordChange(tx, write, {
      channels: [channelId],
      audit: { action: 'rung.delete', subjectId: id, summary: `Deleted the rung ${name}.` },
      event: { name: 'channel.updated', channelId, subjectId: id, message: `${ctx.actor.name} deleted the rung ${name}.` },
    })
  })
}
