import { PatchRecordingBody } from '@sluice/contract/api'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { type RecordingRow, recordingRow } from './records.ts'

/** Renames a recording, or pins it: a pinned one is never deleted by age or for want of room. */
export async function updateRecording(ctx: ServiceContext, id: string, input: unknown): Promise<RecordingRow> {
  requireScope(ctx, 'channel:write')
  const patch = parseInput(PatchRecordingBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const before = await recordingRow(tx, ctx.workspaceId, id)
    const { name = before.name, pinned = before.pinned } = patch
    if (name === before.name && pinned === before.pinned) return before
    await tx.updateTable('recording').set({ name, pinned }).where('id', '=', id).execute()
    const what =
      name === before.name ? `${pinned ? 'Pinned' : 'Unpinned'} the recording ${name}.` : `Renamed the recording ${before.name} to ${name}.`
    await recordChange(tx, write, { channels: [], audit: { action: 'recording.update', subjectId: id, summary: what }, event: null })
    return recordingRow(tx, ctx.workspaceId, id)
  })
}
