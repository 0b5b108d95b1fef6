import { isoTime } from '@sluice/base/clock'
import type { GuestLink } from '@sluice/contract/api'
import type { Selectable } from 'kysely'
import type { GuestLinkTable, Reader } from '../../db/index.ts'
import { notFound } from '../index.ts'

export type GuestLinkRow = Selectable<GuestLinkTable>
export type GuestLinkRecord = GuestLinkRow & { outputs: number }

const withOutputs = (db: Reader) =>
  db
    .selectFrom('guest_link')
    .selectAll('guest_link')
    .select((eb) =>
      eb
        .selectFrom('output')
        .innerJoin('destination', 'destination.id', 'output.destination_id')
        .select((sub) => sub.fn.countAll<number>().as('n'))
        .whereRef('destination.guest_link_id', '=', 'guest_link.id')
        .as('outputs'),
    )
    .$castTo<GuestLinkRecord>()

/** The row, or NOT_FOUND: for other workspaces' ids too. */
export async function guestLinkRecord(db: Reader, workspaceId: string, id: string): Promise<GuestLinkRecord> {
  const row = await withOutputs(db).where('guest_link.id', '=', id).where('workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('guest link', id)
  return row
}

/** Up to `limit` of a channel's links after the id `after`, oldest first; ended ones too. */
export const guestLinkRecords = (db: Reader, channelId: string, after: string | undefined, limit: number): Promise<GuestLinkRecord[]> =>
  withOutputs(db)
    .where('guest_link.channel_id', '=', channelId)
    .$if(after !== undefined, (select) => select.where('guest_link.id', '>', after!))
    .orderBy('guest_link.id')
    .limit(limit)
    .execute()

export const toGuestLink = (row: GuestLinkRecord, nowMs: number): GuestLink => ({
  id: row.id,
  channelId: row.channel_id,
  name: row.name,
  state: row.ended === 'revoked' ? 'revoked' : row.ended === 'expired' || row.expires_at_ms <= nowMs ? 'expired' : 'active',
  class: row.class,
  maxOutputs: row.max_outputs,
  outputs: Number(row.outputs),
  createdBy: row.created_by,
  createdAt: isoTime(row.created_at_ms),
  expiresAt: isoTime(row.expires_at_ms),
  endedAt: isoTime(row.ended_at_ms),
  lastUsedAt: isoTime(row.last_used_at_ms),
})
