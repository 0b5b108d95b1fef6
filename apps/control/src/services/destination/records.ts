import type { Selectable } from 'kysely'
import type { DestinationTable, Reader } from '../../db/index.ts'
import { notFound } from '../problem.ts'

export type DestinationRow = Selectable<DestinationTable>
export type DestinationRecord = DestinationRow & { used_by: number }

const withUse = (db: Reader) =>
  db
    .selectFrom('destination')
    .selectAll('destination')
    .select((eb) =>
      eb
        .selectFrom('output')
        .select((sub) => sub.fn.countAll<number>().as('n'))
        .whereRef('output.destination_id', '=', 'destination.id')
        .as('used_by'),
    )
    .$castTo<DestinationRecord>()

/** The row with the number of outputs that use it, or NOT_FOUND: for other workspaces' ids too. */
export async function destinationRecord(db: Reader, workspaceId: string, id: string): Promise<DestinationRecord> {
  const row = await withUse(db).where('destination.id', '=', id).where('destination.workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('destination', id)
  return row
}

/** Up to `limit` of a workspace's destinations after the id `after`, oldest first. */
export const destinationRecords = (
  db: Reader,
  workspaceId: string,
  after: string | undefined,
  limit: number,
): Promise<DestinationRecord[]> =>
  withUse(db)
    .where('destination.workspace_id', '=', workspaceId)
    .$if(after !== undefined, (select) => select.where('destination.id', '>', after!))
    .orderBy('destination.id')
    .limit(limit)
    .execute()
