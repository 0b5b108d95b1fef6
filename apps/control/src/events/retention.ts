import type { Database } from '../db/index.ts'

const day = 24 * 60 * 60 * 1000
const keepEventsMs = 90 * day
const keepEventRows = 1_000_000
const keepAuditMs = 400 * day
const keepIdempotencyMs = day
const keepSrtMinutesMs = 30 * day
const keepPlaybackMinutesMs = 400 * day
const keepBroadcastsMs = 800 * day
const keepJobsMs = 30 * day
const keepJobRows = 5000
const rowsPerDelete = 2000

/** Deletes what is older than its keeping time, and the oldest events beyond a count. To be called once an hour. */
export async function dropOld(db: Database, nowMs: number): Promise<void> {
  await dropEvents(db, (select) => select.where('at_ms', '<', nowMs - keepEventsMs))
  const newest = await db
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  await dropEvents(db, (select) => select.where('seq', '<=', (newest?.seq ?? 0) - keepEventRows))
  await db
    .deleteFrom('audit')
    .where('at_ms', '<', nowMs - keepAuditMs)
    .execute()
  await db
    .deleteFrom('srt_minute')
    .where('at_ms', '<', nowMs - keepSrtMinutesMs)
    .execute()
  await db
    .deleteFrom('playback_minute')
    .where('at_ms', '<', nowMs - keepPlaybackMinutesMs)
    .execute()
  await db
    .deleteFrom('broadcast')
    .where('ended_at_ms', '<', nowMs - keepBroadcastsMs)
    .execute()
  const lastKept = await db
    .selectFrom('job')
    .select('finished_at_ms')
    .where('finished_at_ms', 'is not', null)
    .orderBy('finished_at_ms', 'desc')
    .offset(keepJobRows)
    .limit(1)
    .executeTakeFirst()
  await db
    .deleteFrom('job')
    .where('finished_at_ms', '<', Math.max(nowMs - keepJobsMs, lastKept?.finished_at_ms ?? 0))
    .execute()
  await db
    .deleteFrom('guest_link')
    .where('ended_at_ms', '<', nowMs - keepEventsMs)
    .execute()
  await db
    .deleteFrom('idempotency')
    .where('created_at_ms', '<', nowMs - keepIdempotencyMs)
    .execute()
  await db.deleteFrom('auth_session').where('expires_at', '<', new Date(nowMs).toISOString()).execute()
}

type OldEvents = (select: ReturnType<typeof eventIds>) => ReturnType<typeof eventIds>
const eventIds = (db: Database) => db.selectFrom('event').select('seq').orderBy('seq').limit(rowsPerDelete)

/** In small steps, between which others write: after a long pause there may be many. */
async function dropEvents(db: Database, old: OldEvents): Promise<void> {
  for (;;) {
    const rows = await db
      .deleteFrom('event')
      .where('seq', 'in', old(eventIds(db)))
      .returning('seq')
      .execute()
    if (rows.length < rowsPerDelete) return
  }
}
