import type { BroadcastEnd, BroadcastFigures } from '@sluice/contract/link'
import { type Database, newId, type Tx } from '../db/index.ts'

/** A broadcast as the figures of its channel tell it. */
export type SeenBroadcast = {
  readonly channelId: string
  readonly workspaceId: string
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly wantedMs: number
  readonly liveMs: number
  readonly outputs: BroadcastFigures['outputs']
  readonly seenAtMs: number
}

/** Keeps a broadcast that runs with its figures until now. One that had been given up for ended goes on; one whose end is in the log does not. */
export async function writeRunning(tx: Tx, seen: SeenBroadcast): Promise<void> {
  const figures = figuresOf(seen)
  await tx
    .insertInto('broadcast')
    .values({ ...keyOf(seen), ...figures, ended_at_ms: null, ended_by: null, ended_seq: null })
    .onConflict((conflict) =>
      conflict
        .columns(['channel_id', 'started_at_ms'])
        .doUpdateSet({ ...figures, ended_at_ms: null, ended_by: null })
        .where('broadcast.ended_seq', 'is', null),
    )
    .execute()
}

/** The end of a broadcast as its engine told it: this is the last word on it. `seq`: of the event. */
export async function writeEnd(tx: Tx, seen: SeenBroadcast & { endedAtMs: number }, endedBy: BroadcastEnd, seq: number): Promise<void> {
  const end = { ...figuresOf(seen), ended_at_ms: seen.endedAtMs, ended_by: endedBy, ended_seq: seq }
  await tx
    .insertInto('broadcast')
    .values({ ...keyOf(seen), ...end })
    .onConflict((conflict) => conflict.columns(['channel_id', 'started_at_ms']).doUpdateSet(end))
    .execute()
}

/** An end that no event told; `figures` where they are known better than they are stored. */
export async function giveUp(tx: Tx, id: string, end: { atMs: number; by: BroadcastEnd }, figures: SeenBroadcast | null): Promise<void> {
  await tx
    .updateTable('broadcast')
    .set({ ...(figures === null ? {} : figuresOf(figures)), ended_at_ms: end.atMs, ended_by: end.by })
    .where('id', '=', id)
    .where('ended_at_ms', 'is', null)
    .execute()
}

export const runningRows = (db: Database) =>
  db.selectFrom('broadcast').select(['id', 'channel_id', 'started_at_ms', 'seen_at_ms']).where('ended_at_ms', 'is', null).execute()

/** A broadcast as the player page needs it after its engine has forgotten it. */
export type LastBroadcast = { readonly endedAtMs: number | null; readonly endedBy: BroadcastEnd | null }

/** The last broadcast of each channel, of those that were seen since `sinceMs`. */
export async function lastRows(db: Database, sinceMs: number): Promise<Map<string, LastBroadcast>> {
  const rows = await db
    .selectFrom('broadcast')
    .select(['channel_id', 'ended_at_ms', 'ended_by'])
    .where('seen_at_ms', '>=', sinceMs)
    .orderBy('started_at_ms')
    .execute()
  return new Map(
    rows.map(({ channel_id, ended_at_ms, ended_by }) => [channel_id, { endedAtMs: ended_at_ms, endedBy: ended_by as BroadcastEnd | null }]),
  )
}

const keyOf = ({ channelId, workspaceId, startedAtMs }: SeenBroadcast) => ({
  id: newId(startedAtMs),
  workspace_id: workspaceId,
  channel_id: channelId,
  started_at_ms: startedAtMs,
})

const figuresOf = ({ wantedMs, liveMs, outputs, seenAtMs }: SeenBroadcast) => ({
  wanted_ms: wantedMs,
  live_ms: liveMs,
  outputs: JSON.stringify(outputs),
  seen_at_ms: seenAtMs,
})
