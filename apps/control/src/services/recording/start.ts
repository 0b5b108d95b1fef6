import { randomUUID } from 'node:crypto'
import { channelInWorkspace } from '../channel/index.ts'
import { inTransaction, type LiveSight, ProblemError, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { type RecordingRow, recordingRow } from './records.ts'

/** Records what is on air, until it is stopped or the show is over. Where a recording runs already, it is the answer. */
export async function startRecording(ctx: ServiceContext, live: Pick<LiveSight, 'channel'>, channelId: string): Promise<RecordingRow> {
  requireScope(ctx, 'output:write')
  return inTransaction(ctx, async (tx, write) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    if (channel.recording_id !== null) {
      const running = await recordingRow(tx, ctx.workspaceId, channel.recording_id).catch(() => null)
      if (running?.state === 'recording') return running
    }
    if ((live.channel(channelId)?.source ?? 'none') === 'none') {
      throw new ProblemError('RECORDING_NOTHING_ON_AIR', `Nothing is on air on ${channel.name}.`)
    }
    const nowMs = ctx.platform.clock.wallMs()
    const id = randomUUID()
    await tx
      .insertInto('recording')
      .values({
        ...{ id, workspace_id: ctx.workspaceId, channel_id: channelId, channel_name: channel.name, name: nameOf(channel.name, nowMs) },
        ...{ state: 'recording', started_by: 'manual', started_at_ms: nowMs, ended_at_ms: null, ended_by: null },
        ...{ duration_ms: 0, bytes: 0, lost_ms: 0, problem_code: null, problem: null, pinned: false, seen_at_ms: nowMs, metadata: null },
      })
      .execute()
    await tx.updateTable('channel').set({ recording_id: id, recording_paused: false }).where('id', '=', channelId).execute()
    await recordChange(tx, write, {
      channels: [channelId],
      audit: { action: 'recording.start', subjectId: channelId, summary: `Started recording ${channel.name}.` },
      event: null,
    })
    return recordingRow(tx, ctx.workspaceId, id)
  })
}

/** What a recording is called until somebody names it. */
export const nameOf = (channelName: string, startedAtMs: number): string =>
  `${channelName} ${new Date(startedAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
