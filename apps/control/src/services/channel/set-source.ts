import { roleName } from '@sluice/base/words'
import type { SourceLock } from '@sluice/contract/api'
import { inTransaction, ProblemError, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { type ChannelRecord, channelRecord } from './records.ts'
import { notReady } from './source-sight.ts'

/** Pins the channel's source to one input, or leaves it to the switch again (`auto`). */
export async function setSource(ctx: ServiceContext, id: string, lock: SourceLock): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  return inTransaction(ctx, async (tx, write) => {
    const { channel: before, inputs } = await channelRecord(tx, ctx.workspaceId, id)
    if (lock !== 'auto' && inputs.every(({ role }) => role !== lock)) {
      throw new ProblemError('INPUT_ROLE_UNUSED', `${before.name} has no ${roleName(lock)} input.`)
    }
    if (inputs.some(({ role, maintenance }) => role === lock && maintenance))
      throw notReady(`the ${roleName(lock)} input is in maintenance`)
    if (before.lock !== lock) {
      await tx.updateTable('channel').set({ lock }).where('id', '=', id).execute()
      const what = lock === 'auto' ? 'to automatic' : `to the ${roleName(lock)} input`
      const summary = `Set the source of ${before.name} ${what}.`
      const message =
        lock === 'auto'
          ? `${ctx.actor.name} unlocked the source: it switches by itself again.`
          : `${ctx.actor.name} locked the source to the ${roleName(lock)}.`
      await recordChange(tx, write, {
        channels: [id],
        audit: { action: 'channel.source', subjectId: id, summary, detail: { before: before.lock, after: lock } },
        event: { name: 'source.locked', channelId: id, subjectId: id, message, data: { lock } },
      })
    }
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
