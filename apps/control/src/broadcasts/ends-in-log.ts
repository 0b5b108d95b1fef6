import { BroadcastFigures } from '@sluice/contract/link'
import { commit, type Database } from '../db/index.ts'
import { writeEnd } from './rows.ts'

const eventsPerRead = 200

/**
 * Reads the ends of broadcasts out of the log, those after `readSeq`, and answers how far the log is read by now. Null: those that were not taken
 * yet. The log has each of them once, whatever was down meanwhile, so that a control that died between storing an event and this goes on here.
 * Figures are those that the engine took before outputs were closed.
 */
export async function readEnds(db: Database, readSeq: number | null): Promise<number> {
  const stored = await db
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  const newest = Number(stored?.seq ?? 0)
  let seq = readSeq ?? (await lastTaken(db))
  for (;;) {
    const rows = await db
      .selectFrom('event')
      .innerJoin('workspace', 'workspace.id', 'event.workspace_id')
      .select(['seq', 'at_ms', 'channel_id', 'event.workspace_id', 'data'])
      .where('event.name', '=', 'broadcast.ended')
      .where('seq', '>', seq)
      .where('seq', '<=', newest)
      .orderBy('seq')
      .limit(eventsPerRead)
      .execute()
    for (const row of rows) await storeEnd(db, row)
    seq = rows.at(-1)?.seq ?? seq
    if (rows.length < eventsPerRead) return Math.max(seq, newest)
  }
}

async function lastTaken(db: Database): Promise<number> {
  const last = await db
    .selectFrom('broadcast')
    .select((eb) => eb.fn.max('ended_seq').as('seq'))
    .executeTakeFirst()
  return Number(last?.seq ?? 0)
}

type EndRow = { seq: number; at_ms: number; channel_id: string | null; workspace_id: string | null; data: string }

async function storeEnd(db: Database, { seq, at_ms, channel_id: channelId, workspace_id: workspaceId, data }: EndRow): Promise<void> {
  const figures = BroadcastFigures.safeParse(JSON.parse(data))
  // An event whose figures were wrong has lost them: its broadcast ends as one whose engine told no end.
  if (channelId === null || workspaceId === null || !figures.success) return
  const { startedAt, endedAt, wantedMs, liveMs, outputs, endedBy = 'source' } = figures.data
  const times = { startedAtMs: Date.parse(startedAt), endedAtMs: endedAt === null ? at_ms : Date.parse(endedAt), seenAtMs: at_ms }
  await commit(db, (tx) => writeEnd(tx, { channelId, workspaceId, ...times, wantedMs, liveMs, outputs }, endedBy, seq))
}
