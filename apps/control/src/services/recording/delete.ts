import type { Tx } from '../../db/index.ts'
import { inTransaction, ProblemError, recordChange, requireScope, type ServiceContext, type WriteContext } from '../index.ts'
import { type RecordingRow, recordingRow } from './records.ts'

/** Deletes a recording with its files. Refused while it runs or is checked, and while it is pinned. */
export async function deleteRecording(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'channel:write')
  await inTransaction(ctx, async (tx, write) => {
    const row = await recordingRow(tx, ctx.workspaceId, id)
    if (row.state === 'recording' || row.state === 'finishing')
      throw new ProblemError(
        'RECORDING_NOT_READY',
        `The recording ${row.name} ${row.state === 'recording' ? 'still runs' : 'is being checked'}.`,
      )
    if (row.pinned) throw new ProblemError('RECORDING_PINNED', `The recording ${row.name} is pinned.`)
    await removeRecording(tx, write, row, `${ctx.actor.name} deleted the recording ${row.name}.`)
  })
}

/** Takes it out of the database; its files go once that stands. */
export async function removeRecording(tx: Tx, write: WriteContext, row: RecordingRow, message: string): Promise<void> {
  const { id, name, channel_id: channelId } = row
  await tx.deleteFrom('recording').where('id', '=', id).execute()
  await recordChange(tx, write, {
    channels: [],
    audit: { action: 'recording.delete', subjectId: id, summary: `Deleted the recording ${name}.` },
    event: { name: 'recording.deleted', channelId, subjectId: id, message, data: { recordingId: id } },
    also: [{ type: 'recording-deleted', recordingId: id }],
  })
}
