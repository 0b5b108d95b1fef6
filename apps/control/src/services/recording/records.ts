import type { Selectable } from 'kysely'
import type { Reader, RecordingTable } from '../../db/index.ts'
import { notFound, ProblemError } from '../index.ts'

/** As it is stored, with how long its channel keeps recordings; null: for good, or there is no such channel any more. */
export type RecordingRow = Selectable<RecordingTable> & { keep_days: number | null }

export const recordingRows = (db: Reader, workspaceId: string) =>
  db
    .selectFrom('recording')
    .leftJoin('channel', 'channel.id', 'recording.channel_id')
    .selectAll('recording')
    .select('channel.recording_keep_days as keep_days')
    .where('recording.workspace_id', '=', workspaceId)

/** The row, or NOT_FOUND: for other workspaces' ids too. */
export async function recordingRow(db: Reader, workspaceId: string, id: string): Promise<RecordingRow> {
  const row = await recordingRows(db, workspaceId).where('recording.id', '=', id).executeTakeFirst()
  if (row === undefined) throw notFound('recording', id)
  return row
}

/** One that can be read: refuses what runs, is being checked, or has nothing in it. */
export async function readyRecording(db: Reader, workspaceId: string, id: string): Promise<RecordingRow> {
  const row = await recordingRow(db, workspaceId, id)
  if (row.state === 'ready' || row.state === 'partial') return row
  const why = row.state === 'recording' ? 'still runs' : row.state === 'finishing' ? 'is being checked' : `failed: ${row.problem ?? ''}`
  throw new ProblemError('RECORDING_NOT_READY', `The recording ${row.name} ${why}.`.replace(/\.\.$/, '.'))
}
