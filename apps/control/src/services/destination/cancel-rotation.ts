import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { planDestinationJobs } from './plan-jobs.ts'
import { type DestinationRecord, destinationRecord } from './records.ts'

/** Forgets the key that is kept for later. Asking where there is none is harmless. */
export async function cancelRotation(ctx: ServiceContext, id: string): Promise<DestinationRecord> {
  requireScope(ctx, 'destination:write')
  return inTransaction(ctx, async (tx, write) => {
    const before = await destinationRecord(tx, ctx.workspaceId, id)
    if (before.next_at_ms !== null) {
      const none = { next_key_sealed: null, next_key_hint: null, next_at_ms: null, next_by: null }
      await tx.updateTable('destination').set(none).where('id', '=', id).execute()
      const what = `the planned rotation of the destination ${before.name}`
      await recordChange(tx, write, {
        channels: [],
        audit: { action: 'destination.rotate.cancel', subjectId: id, summary: `Cancelled ${what}.` },
        event: { name: 'destination.updated', channelId: null, subjectId: id, message: `${ctx.actor.name} cancelled ${what}.` },
      })
      await planDestinationJobs(tx, write, id)
    }
    return destinationRecord(tx, ctx.workspaceId, id)
  })
}
