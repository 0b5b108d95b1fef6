import { roleName } from '@sluice/base/words'
import { holdChannel, inTransaction, ProblemError, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { inputInWorkspace, moveLocks } from './records.ts'

const fixed: readonly string[] = ['primary', 'backup']

/** Removes a further backup. A publisher on it is ended; on the air the next input takes over; a lock on it is lifted. */
export async function deleteInput(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'channel:write')
  await inTransaction(ctx, async (tx, write) => {
    const { role, channel_id, channel_name } = await inputInWorkspace(tx, ctx.workspaceId, id)
    if (fixed.includes(role)) {
      throw new ProblemError('INPUT_FIXED', `The ${role} input of ${channel_name} cannot be removed: only backup 2 and later can.`)
    }
    await holdChannel(tx, channel_id)
    await moveLocks(tx, channel_id, new Map([[role, 'auto']]))
    await tx.deleteFrom('input').where('id', '=', id).execute()
    const name = roleName(role)
    const message = `${ctx.actor.name} removed the ${name} input.`
    await recordChange(tx, write, {
      channels: [channel_id],
      audit: { action: 'input.delete', subjectId: id, summary: `Removed the ${name} input of ${channel_name}.`, detail: { role } },
      event: { name: 'input.deleted', channelId: channel_id, subjectId: id, message, data: { role } },
    })
  })
}
