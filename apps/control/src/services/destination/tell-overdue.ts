import { inTransaction, recordEvents, type ServiceContext } from '../index.ts'
import { destinationRecord, rotationDueMs } from './records.ts'

/** Says once that a key is older than it should be. */
export async function tellOverdue(ctx: ServiceContext, id: string): Promise<void> {
  await inTransaction(ctx, async (tx, write) => {
    const nowMs = ctx.platform.clock.wallMs()
    const row = await destinationRecord(tx, ctx.workspaceId, id)
    const dueMs = rotationDueMs(row)
    if (dueMs === null || dueMs > nowMs || row.overdue_told_at_ms !== null) return
    await tx.updateTable('destination').set({ overdue_told_at_ms: nowMs }).where('id', '=', id).execute()
    const message = `The key of the destination ${row.name} was due for rotation on ${new Date(dueMs).toISOString().slice(0, 10)}: rotate it.`
    const channelIds = [...new Set(row.outputs.map((output) => output.channel_id))]
    const about = { name: 'destination.overdue', severity: 'warning', subjectId: id, message } as const
    recordEvents(
      write,
      (channelIds.length === 0 ? [null] : channelIds).map((channelId) => ({ ...about, channelId })),
    )
  })
}
