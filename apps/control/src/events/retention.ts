import type { Database } from '../db/index.ts'

const day = 24 * 60 * 60 * 1000
const keepEventsMs = 90 * day
const keepEventRows = 1_000_000
const keepAuditMs = 400 * day
const keepIdempotencyMs = day
const keepSrtMinutesMs = 30 * day

/** Deletes what is older than its keeping time, and the oldest events beyond a count. To be called once an hour. */
export async function dropOld(db: Database, nowMs: number): Promise<void> {
  await db
    .deleteFrom('event')
    .where('at_ms', '<', nowMs - keepEventsMs)
    .execute()
  const newest = await db
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  await db
    .deleteFrom('event')
    .where('seq', '<=', (newest?.seq ?? 0) - keepEventRows)
    .execute()
  await db
    .deleteFrom('audit')
    .where('at_ms', '<', nowMs - keepAuditMs)
    .execute()
  await db
    .deleteFrom('srt_minute')
    .where('at_ms', '<', nowMs - keepSrtMinutesMs)
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
