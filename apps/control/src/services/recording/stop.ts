import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { type RecordingRow, recordingRow } from './records.ts'

/** Ends a recording; the show goes on. A channel that is always recorded begins again with its next broadcast. Asking twice is harmless. */
export async function stopRecording(ctx: ServiceContext, id: string): Promise<RecordingRow> {
  requireScope(ctx, 'output:write')
  return inTransaction(ctx, async (tx, write) => {
    const row = await recordingRow(tx, ctx.workspaceId, id)
    if (row.state !== 'recording') return row
    const stopped = await tx
      .updateTable('channel')
      .set({ recording_id: null, recording_paused: true })
      .where('recording_id', '=', id)
      .returning('id')
      .execute()
    if (stopped.length > 0) {
      await recordChange(tx, write, {
        channels: [row.channel_id],
        audit: { action: 'recording.stop', subjectId: row.channel_id, summary: `Stopped the recording ${row.name}.` },
        event: null,
      })
    }
    return recordingRow(tx, ctx.workspaceId, id)
  })
}
