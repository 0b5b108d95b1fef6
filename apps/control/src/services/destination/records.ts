import type { Selectable } from 'kysely'
import type { DestinationTable, Reader } from '../../db/index.ts'
import { notFound } from '../index.ts'

export type DestinationRow = Selectable<DestinationTable>

/** A destination with what hangs on it. `channelIds` null: for all channels of the workspace. */
export type DestinationRecord = DestinationRow & {
  outputs: { id: string; name: string; channel_id: string; desired: string }[]
  channelIds: string[] | null
  guest: string | null
}

const dayMs = 24 * 60 * 60 * 1000

/** When the key should be replaced by; null where nobody said how often. */
export function rotationDueMs(row: Pick<DestinationRow, 'rotate_every_days' | 'rotated_at_ms' | 'created_at_ms'>): number | null {
  return row.rotate_every_days === null ? null : (row.rotated_at_ms ?? row.created_at_ms) + row.rotate_every_days * dayMs
}

/** The row with what hangs on it, or NOT_FOUND: for other workspaces' ids too. */
export async function destinationRecord(db: Reader, workspaceId: string, id: string): Promise<DestinationRecord> {
  const row = await db.selectFrom('destination').selectAll().where('id', '=', id).where('workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('destination', id)
  const [record] = await withRelations(db, [row])
  return record!
}

/** Up to `limit` of a workspace's destinations after the id `after`, oldest first. */
export async function destinationRecords(
  db: Reader,
  workspaceId: string,
  after: string | undefined,
  limit: number,
): Promise<DestinationRecord[]> {
  const rows = await db
    .selectFrom('destination')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .$if(after !== undefined, (select) => select.where('id', '>', after!))
    .orderBy('id')
    .limit(limit)
    .execute()
  return withRelations(db, rows)
}

/** Adds outputs, grants and guests, in three queries whatever the number of rows. */
export async function withRelations(db: Reader, rows: readonly DestinationRow[]): Promise<DestinationRecord[]> {
  const ids = rows.map((row) => row.id)
  if (ids.length === 0) return []
  const outputs = await db
    .selectFrom('output')
    .select(['id', 'name', 'channel_id', 'desired', 'destination_id'])
    .where('destination_id', 'in', ids)
    .orderBy('id')
    .execute()
  const grants = await db.selectFrom('destination_grant').selectAll().where('destination_id', 'in', ids).orderBy('channel_id').execute()
  const linkIds = rows.flatMap((row) => row.guest_link_id ?? [])
  const guests = linkIds.length === 0 ? [] : await db.selectFrom('guest_link').select(['id', 'name']).where('id', 'in', linkIds).execute()
  return rows.map((row) => ({
    ...row,
    outputs: outputs.filter((output) => output.destination_id === row.id).map(({ destination_id: _, ...output }) => output),
    channelIds:
      row.granted_to === 'workspace' ? null : grants.filter((grant) => grant.destination_id === row.id).map((grant) => grant.channel_id),
    guest: guests.find((guest) => guest.id === row.guest_link_id)?.name ?? null,
  }))
}
