import type { RecordingMetadata } from '@sluice/contract/api'
import type { RecordingEnd, RecordingStats } from '@sluice/contract/link'
import type { RecordingFacts } from '@sluice/contract/transcoder'
import type { Database } from '../db/index.ts'
import { inTransaction, planJob, recordChange, recordEvents, type ServiceContext } from '../services/index.ts'
import { nameOf, type RecordingRow } from '../services/recording/index.ts'

/** What is kept of a recording for its archive, beside the row itself. */
export type Archive = Omit<RecordingMetadata, 'recording'>

export const runningRows = (db: Database): Promise<RecordingRow[]> =>
  db
    .selectFrom('recording')
    .leftJoin('channel', 'channel.id', 'recording.channel_id')
    .selectAll('recording')
    .select('channel.recording_keep_days as keep_days')
    .where('recording.state', '=', 'recording')
    .execute()

/** A recording that an engine began by itself, as its channel is always recorded. */
export async function adopt(
  ctx: ServiceContext,
  { id, channelId, channelName, startedAtMs }: { id: string; channelId: string; channelName: string; startedAtMs: number },
): Promise<void> {
  await inTransaction(ctx, async (tx, write) => {
    const nowMs = ctx.platform.clock.wallMs()
    await tx
      .insertInto('recording')
      .values({
        ...{ id, workspace_id: ctx.workspaceId, channel_id: channelId, channel_name: channelName, name: nameOf(channelName, startedAtMs) },
        ...{ state: 'recording', started_by: 'always', started_at_ms: startedAtMs, ended_at_ms: null, ended_by: null },
        ...{ duration_ms: 0, bytes: 0, lost_ms: 0, problem_code: null, problem: null, pinned: false, seen_at_ms: nowMs, metadata: null },
      })
      // It was given up for ended, and goes on.
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ state: 'recording', ended_at_ms: null, ended_by: null, seen_at_ms: nowMs }),
      )
      .execute()
    await tx.updateTable('channel').set({ recording_id: id }).where('id', '=', channelId).execute()
    await recordChange(tx, write, { channels: [], reread: [channelId], audit: [], event: null })
  })
}

/** The figures of a recording that runs, and that it is written; null: they are not known. */
export async function figuresSeen(db: Database, id: string, figures: RecordingStats | null, nowMs: number): Promise<void> {
  const known = figures === null ? {} : { duration_ms: figures.durationMs, bytes: figures.bytes, lost_ms: figures.lostMs }
  await db
    .updateTable('recording')
    .set({ ...known, seen_at_ms: nowMs })
    .where('id', '=', id)
    .execute()
}

/** Nobody writes it any more: it is checked next. */
export async function endRow(ctx: ServiceContext, row: RecordingRow, by: RecordingEnd, endedAtMs: number): Promise<void> {
  const { id, channel_id: channelId } = row
  await inTransaction(ctx, async (tx, write) => {
    const ended = { state: 'finishing' as const, ended_at_ms: Math.max(endedAtMs, row.started_at_ms), ended_by: by }
    const rows = await tx
      .updateTable('recording')
      .set(ended)
      .where('id', '=', id)
      .where('state', '=', 'recording')
      .returning('id')
      .execute()
    if (rows.length === 0) return
    const left = await tx.updateTable('channel').set({ recording_id: null }).where('recording_id', '=', id).returning('id').execute()
    if (left.length > 0) await recordChange(tx, write, { channels: [channelId], audit: [], event: null })
    await planJob(tx, write, { kind: 'recording.finish', subjectId: id, dueAtMs: ctx.platform.clock.wallMs() })
  })
}

/** The show that recording was stopped in is over. */
export async function unpause(ctx: ServiceContext, channelId: string): Promise<void> {
  await inTransaction(ctx, async (tx, write) => {
    const paused = await tx
      .updateTable('channel')
      .set({ recording_paused: false })
      .where('id', '=', channelId)
      .where('recording_paused', '=', true)
      .returning('id')
      .execute()
    if (paused.length > 0) await recordChange(tx, write, { channels: [channelId], audit: [], event: null })
  })
}

/** What came of it. `facts` null: there is nothing in it. */
export async function finishRow(
  ctx: ServiceContext,
  row: RecordingRow,
  facts: RecordingFacts | null,
  archive: Archive | null,
): Promise<void> {
  const { id, channel_id: channelId, name } = row
  const problem = problemOf(facts)
  const state = facts === null ? 'failed' : problem === null ? 'ready' : 'partial'
  await inTransaction(ctx, async (tx, write) => {
    await tx
      .updateTable('recording')
      .set({
        ...{ state, problem_code: problem?.code ?? null, problem: problem?.message ?? null },
        ...{ duration_ms: facts?.durationMs ?? 0, bytes: facts?.bytes ?? 0, lost_ms: facts?.lostMs ?? 0 },
        metadata: archive === null ? null : JSON.stringify(archive),
      })
      .where('id', '=', id)
      .execute()
    const about = { channelId, subjectId: id }
    if (facts === null) {
      const message = `The recording ${name} failed: ${problem!.message}`
      recordEvents(write, {
        ...about,
        name: 'recording.failed',
        severity: 'error',
        message,
        data: { recordingId: id, code: problem!.code },
      })
      return
    }
    const { durationMs, bytes, lostMs } = facts
    recordEvents(write, {
      ...({ ...about, name: 'recording.ready', severity: problem === null ? 'info' : 'warning' } as const),
      message: `The recording ${name} is ready${problem === null ? '' : `, but not whole: ${problem.message}`}${problem === null ? '.' : ''}`,
      data: { recordingId: id, durationMs, bytes, lostMs },
    })
  })
}

function problemOf(facts: RecordingFacts | null): { code: string; message: string } | null {
  if (facts === null) return { code: 'RECORDING_EMPTY', message: 'Nothing of the show was written. Check the disk of the data directory.' }
  if (facts.damaged > 0) {
    return { code: 'RECORDING_DAMAGED', message: `${facts.damaged} segments cannot be read back as they were written. Check the disk.` }
  }
  if (facts.lostMs === 0) return null
  return { code: 'RECORDING_GAPS', message: `${(facts.lostMs / 1000).toFixed(1)} s of the show are missing.` }
}
