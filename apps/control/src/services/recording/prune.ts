import { inTransaction, type Platform, systemContext } from '../index.ts'
import { removeRecording } from './delete.ts'
import { recordingRow } from './records.ts'

const dayMs = 24 * 60 * 60_000

/**
 * Deletes what is past the days that its channel keeps recordings. `needsRoom`: the disk is nearly full, so the oldest one that has an age at all
 * goes before its time. Pinned ones, and those of channels that keep them for good, stay. Answers how many went.
 */
export async function pruneRecordings(platform: Platform, needsRoom: boolean): Promise<number> {
  const nowMs = platform.clock.wallMs()
  const rows = await platform.db
    .selectFrom('recording')
    .innerJoin('channel', 'channel.id', 'recording.channel_id')
    .select(['recording.id', 'recording.workspace_id', 'recording.ended_at_ms', 'channel.recording_keep_days as keep_days'])
    .where('recording.state', 'in', ['ready', 'partial', 'failed'])
    .where('recording.pinned', '=', false)
    .where('channel.recording_keep_days', 'is not', null)
    .orderBy('recording.ended_at_ms')
    .execute()
  const isDue = ({ ended_at_ms, keep_days }: (typeof rows)[number]): boolean =>
    ended_at_ms !== null && keep_days !== null && ended_at_ms + keep_days * dayMs <= nowMs
  const due = rows.filter((row, i) => isDue(row) || (needsRoom && i === 0))
  for (const row of due) {
    await inTransaction(systemContext(platform, row.workspace_id), async (tx, write) => {
      const found = await recordingRow(tx, row.workspace_id, row.id)
      const why = isDue(row) ? `is ${row.keep_days} days old` : 'was the oldest one, and the disk is nearly full'
      if (!found.pinned) await removeRecording(tx, write, found, `The recording ${found.name} was deleted: it ${why}.`)
    })
  }
  return due.length
}
