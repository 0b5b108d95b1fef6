import { roleName } from '@sluice/base/words'
import type { Rollback } from '@sluice/contract/api'
import { sql } from 'kysely'
import { channelInWorkspace } from '../channel/index.ts'
import { outputIsGranted } from '../destination/index.ts'
import { inTransaction, ProblemError, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { type OutputSight, presentRollback, rollbackRow, StoppedIds } from './present.ts'

/** An end that nobody asked for: why, and by which figures. */
export type AutomaticEnd = { cause: string; figures: Record<string, unknown> }

/** Takes a rollback back: the outputs that it stopped run again, and the source follows its former lock. [OPS-06] */
export async function endRollback(
  ctx: ServiceContext,
  live: OutputSight,
  channelId: string,
  automatic: AutomaticEnd | null = null,
): Promise<Rollback> {
  requireScope(ctx, 'channel:write')
  requireScope(ctx, 'output:write')
  return inTransaction(ctx, async (tx, write) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    const row = await rollbackRow(tx, channelId)
    if (row === undefined) throw new ProblemError('ROLLBACK_INACTIVE', `${channel.name} is not rolled back.`)
    const ids = StoppedIds.parse(JSON.parse(row.stopped))
    const lock = row.lock_before
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
            .returning(['id', 'name'])
            .execute()
    await tx.updateTable('channel').set({ lock }).where('id', '=', channelId).execute()
    await tx.deleteFrom('channel_rollback').where('channel_id', '=', channelId).execute()
    const ended = { ended_at_ms: ctx.platform.clock.wallMs(), was_automatic: automatic !== null, hold_windows: row.hold_windows }
    await tx
      .insertInto('channel_guardrail')
      .values({ channel_id: channelId, ...ended })
      .onConflict((conflict) => conflict.column('channel_id').doUpdateSet(ended))
      .execute()
    const summary = `Ended the rollback of ${channel.name}: ${restored.length} outputs run again.`
    const cause = automatic?.cause ?? 'by hand'
    const names = restored.map(({ name }) => name).join(', ') || 'no output'
    const message = `${ctx.actor.name} ended the rollback: ${names} ${restored.length === 1 || restored.length === 0 ? 'runs' : 'run'} again, the source is ${roleName(lock)}${automatic === null ? '' : `; ${cause}`}.`
    const restoredIds = restored.map(({ id }) => id)
    const data = { lock, cause, restored: restoredIds, isAutomatic: automatic !== null, ...automatic?.figures }
    await recordChange(tx, write, {
      channels: [channelId],
      audit: { action: 'channel.rollback.end', subjectId: channelId, summary, detail: { lock, restored: restoredIds } },
      event: { name: 'rollback.ended', channelId, subjectId: channelId, message, data },
    })
    return presentRollback(tx, ctx, live, { ...channel, lock })
  })
}
