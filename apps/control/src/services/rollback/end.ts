import { type Rollback, SourceLock } from '@sluice/contract/api'
import { sql } from 'kysely'
import { audit } from '../audit/index.ts'
import { channelInWorkspace, touchChannels } from '../channel/index.ts'
import type { ServiceContext } from '../context.ts'
import { outputIsGranted } from '../destination/index.ts'
import { inTransaction, requireScope } from '../gate.ts'
import { ProblemError } from '../problem.ts'
import { presentRollback, rollbackRow, StoppedIds } from './present.ts'

/** Takes a rollback back: the outputs that it stopped run again, and the source follows its former lock. [OPS-06] */
export async function endRollback(ctx: ServiceContext, channelId: string): Promise<Rollback> {
  requireScope(ctx, 'channel:write')
  requireScope(ctx, 'output:write')
  return inTransaction(ctx, async (tx, after) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    const row = await rollbackRow(tx, channelId)
    if (row === undefined) throw new ProblemError('ROLLBACK_INACTIVE', `${channel.name} is not rolled back.`)
    const ids = StoppedIds.parse(JSON.parse(row.stopped))
    const lock = SourceLock.parse(row.lock_before)
    // What somebody deleted or started by hand in the meantime stays as it is, as does what lost its destination.
    const restored =
      ids.length === 0
        ? []
        : await tx
            .updateTable('output')
            .set({ desired: 'running', generation: sql`generation + 1`, updated_at_ms: ctx.platform.clock.wallMs() })
            .where('id', 'in', ids)
            .where('channel_id', '=', channelId)
            .where('desired', '=', 'stopped')
            .where(outputIsGranted)
            .returning('id')
            .execute()
    await tx.updateTable('channel').set({ lock }).where('id', '=', channelId).execute()
    await tx.deleteFrom('channel_rollback').where('channel_id', '=', channelId).execute()
    await touchChannels(tx, ctx, [channelId])
    const summary = `Took the rollback of ${channel.name} back: ${restored.length} outputs run again.`
    await audit(tx, ctx, {
      action: 'channel.rollback.end',
      subjectId: channelId,
      summary,
      detail: { lock, restored: restored.map((one) => one.id) },
    })
    after.channelChanged(channelId)
    const message = `${ctx.actor.name} took the rollback back: ${restored.length} outputs run again, the source is ${lock}.`
    after.event({ name: 'rollback.ended', channelId, subjectId: channelId, message, data: { lock } })
    return presentRollback(tx, { id: channelId, lock })
  })
}
