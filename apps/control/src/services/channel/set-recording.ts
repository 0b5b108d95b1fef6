import type { ChannelRecordingPatch } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { recordChange, type WriteContext } from '../index.ts'
import type { ChannelRow } from './records.ts'

/** Sets whether every broadcast of the channel is recorded, and how long recordings are kept. */
export async function setRecording(tx: Tx, write: WriteContext, channel: ChannelRow, patch: ChannelRecordingPatch): Promise<void> {
  const { id, name, recording_mode: modeBefore, recording_keep_days: keepBefore } = channel
  const mode = patch.mode ?? modeBefore
  const keepDays = patch.keepDays === undefined ? keepBefore : patch.keepDays
  if (mode === modeBefore && keepDays === keepBefore) return
  // Who switches it on means this broadcast too.
  const paused = mode === modeBefore ? {} : { recording_paused: false }
  // What it began by itself ends with it; what somebody started goes on.
  const own = await tx
    .selectFrom('recording')
    .select('started_by')
    .where('id', '=', channel.recording_id ?? '')
    .executeTakeFirst()
  const left = mode === 'off' && own?.started_by === 'always' ? { recording_id: null } : {}
  await tx
    .updateTable('channel')
    .set({ recording_mode: mode, recording_keep_days: keepDays, ...paused, ...left })
    .where('id', '=', id)
    .execute()
  const kept = keepDays === null ? 'for good' : `for ${keepDays} ${keepDays === 1 ? 'day' : 'days'}`
  const what = mode === 'always' ? `records every broadcast and keeps it ${kept}` : `is not recorded unless somebody starts it`
  await recordChange(tx, write, {
    channels: mode === modeBefore ? [] : [id],
    reread: [id],
    audit: { action: 'channel.recording', subjectId: id, summary: `Set the recording of ${name}: it ${what}.` },
    event: { name: 'channel.updated', channelId: id, subjectId: id, message: `${write.actor.name} set the recording: ${name} ${what}.` },
  })
}
