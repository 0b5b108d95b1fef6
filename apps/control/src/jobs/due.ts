import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { Database } from '../db/index.ts'
import { applyPlannedRotation, rotationDueMs, tellOverdue } from '../services/destination/index.ts'
import { expireGuestLink } from '../services/guest/index.ts'
import { type Platform, systemContext } from '../services/index.ts'

/** Does all that is due by now, each in its own transaction: one that fails keeps the others from nothing. */
export async function doDue(platform: Platform, log: Logger): Promise<void> {
  const { db, clock } = platform
  const nowMs = clock.wallMs()
  const each = async (rows: readonly { id: string; workspace_id: string }[], work: typeof tellOverdue): Promise<void> => {
    for (const { id, workspace_id } of rows) {
      await work(systemContext(platform, workspace_id), id).catch((error: unknown) => {
        log.error({ id, error: messageOf(error) }, 'a scheduled job failed')
      })
    }
  }
  const planned = await db
    .selectFrom('destination')
    .select(['id', 'workspace_id'])
    .where('next_at_ms', '<=', nowMs)
    .orderBy('next_at_ms')
    .execute()
  await each(planned, applyPlannedRotation)
  const links = await db
    .selectFrom('guest_link')
    .select(['id', 'workspace_id'])
    .where('ended', 'is', null)
    .where('expires_at_ms', '<=', nowMs)
    .execute()
  await each(links, expireGuestLink)
  const rhythmic = await db
    .selectFrom('destination')
    .select(['id', 'workspace_id', 'rotate_every_days', 'rotated_at_ms', 'created_at_ms'])
    .where('rotate_every_days', 'is not', null)
    .where('overdue_told_at_ms', 'is', null)
    .execute()
  await each(
    rhythmic.filter((row) => (rotationDueMs(row) ?? Number.POSITIVE_INFINITY) <= nowMs),
    tellOverdue,
  )
}

/** The next planned key or link's end; null for none. Overdue keys are in days: they are seen when it looks anyway. */
export async function nextDueMs(db: Database): Promise<number | null> {
  const key = await db
    .selectFrom('destination')
    .select((eb) => eb.fn.min('next_at_ms').as('at'))
    .executeTakeFirst()
  const link = await db
    .selectFrom('guest_link')
    .select((eb) => eb.fn.min('expires_at_ms').as('at'))
    .where('ended', 'is', null)
    .executeTakeFirst()
  const times = [key?.at, link?.at].flatMap((at) => (at == null ? [] : [Number(at)]))
  return times.length === 0 ? null : Math.min(...times)
}
