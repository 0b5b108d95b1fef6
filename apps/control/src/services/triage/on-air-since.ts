import { isoTime } from '@sluice/base/clock'
import type { Reader } from '../../db/index.ts'

/** A broadcast that goes on within this time after its engine was lost is the same show. */
const sameShowMs = 60_000
const lookBackMs = 24 * 60 * 60_000

export type Run = { channel_id: string; started_at_ms: number; ended_at_ms: number | null }

/**
 * When the show on the air began, by channel: an engine that is lost ends its broadcasts, and the next one begins them anew, but the show went
 * on. Channels without a broadcast that runs have none.
 */
export async function onAirSince(db: Reader, workspaceId: string, nowMs: number, channelId?: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('broadcast')
    .select(['channel_id', 'started_at_ms', 'ended_at_ms'])
    .where('workspace_id', '=', workspaceId)
    .$if(channelId !== undefined, (select) => select.where('channel_id', '=', channelId!))
    .where((eb) =>
      eb.or([eb('ended_at_ms', 'is', null), eb.and([eb('ended_at_ms', '>=', nowMs - lookBackMs), eb('ended_by', '=', 'engine')])]),
    )
    .orderBy('started_at_ms', 'desc')
    .execute()
  const found = new Map<string, string>()
  for (const [id, runs] of Map.groupBy(rows, (row) => row.channel_id)) {
    const startMs = showStartMs(runs)
    if (startMs !== null) found.set(id, isoTime(startMs))
  }
  return found
}

/** Out of one channel's runs, newest first: the run that goes on, and those that lost engines cut off right before it. */
export function showStartMs(runs: readonly Run[]): number | null {
  const [running, ...earlier] = runs
  if (running === undefined || running.ended_at_ms !== null) return null
  let startMs = running.started_at_ms
  for (const { started_at_ms, ended_at_ms } of earlier) {
    if (ended_at_ms === null || startMs - ended_at_ms > sameShowMs) break
    startMs = started_at_ms
  }
  return startMs
}
