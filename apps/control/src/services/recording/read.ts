import { type Page, PageQuery, RecordingsQuery } from '@sluice/contract/api'
import { channelInWorkspace } from '../channel/index.ts'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { type RecordingRow, recordingRow, recordingRows } from './records.ts'

/** One recording. */
export async function getRecording(ctx: ServiceContext, id: string): Promise<RecordingRow> {
  requireScope(ctx, 'channel:read')
  return recordingRow(ctx.platform.db, ctx.workspaceId, id)
}

/** The recordings of a workspace, newest first. */
export async function listRecordings(ctx: ServiceContext, query: unknown): Promise<Page<RecordingRow>> {
  requireScope(ctx, 'channel:read')
  const { after, limit, channel, state } = parseInput(RecordingsQuery, query)
  const before = Number(after)
  const rows = await recordingRows(ctx.platform.db, ctx.workspaceId)
    .$if(channel !== undefined, (select) => select.where('recording.channel_id', '=', channel!))
    .$if(state !== undefined, (select) => select.where('recording.state', '=', state!))
    .$if(Number.isSafeInteger(before), (select) => select.where('recording.started_at_ms', '<', before))
    .orderBy('recording.started_at_ms', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(
    rows,
    limit,
    (row) => String(row.started_at_ms),
    (row) => row,
  )
}

/** Those of a channel, newest first; of one that was deleted too. */
export async function listChannelRecordings(ctx: ServiceContext, id: string, query: unknown): Promise<Page<RecordingRow>> {
  const { after, limit } = parseInput(PageQuery, query)
  const page = await listRecordings(ctx, { channel: id, limit, ...(after === undefined ? {} : { after }) })
  if (page.items.length === 0 && after === undefined) await channelInWorkspace(ctx.platform.db, ctx.workspaceId, id)
  return page
}
