import type { Selectable } from 'kysely'
import type { OutputTable, Reader } from '../../db/index.ts'
import { notFound } from '../problem.ts'

/** An output as it is stored, with what its destination says. */
export type OutputRecord = Selectable<OutputTable> & {
  platform: string
  url: string
  has_key: boolean
  tls_verify: 0 | 1
  /** The guest who added it. */
  guest: string | null
}

const joined = (db: Reader) =>
  db
    .selectFrom('output')
    .innerJoin('destination', 'destination.id', 'output.destination_id')
    .leftJoin('guest_link', 'guest_link.id', 'destination.guest_link_id')
    .selectAll('output')
    .select(['guest_link.name as guest', 'destination.platform', 'destination.url', 'destination.key_sealed', 'destination.tls_verify'])

type JoinedRow = Omit<OutputRecord, 'has_key'> & { key_sealed: string | null }

function toRecord({ key_sealed, ...row }: JoinedRow): OutputRecord {
  return { ...row, has_key: key_sealed !== null }
}

/** The row, or NOT_FOUND: for other workspaces' ids too. */
export async function outputRecord(db: Reader, workspaceId: string, id: string): Promise<OutputRecord> {
  const row = await joined(db).where('output.id', '=', id).where('output.workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('output', id)
  return toRecord(row)
}

/** Up to `limit` of a channel's outputs after the id `after`, oldest first; all when no limit is given. */
export async function outputRecords(db: Reader, channelId: string, after?: string, limit?: number): Promise<OutputRecord[]> {
  const rows = await joined(db)
    .where('output.channel_id', '=', channelId)
    .$if(after !== undefined, (select) => select.where('output.id', '>', after!))
    .$if(limit !== undefined, (select) => select.limit(limit!))
    .orderBy('output.id')
    .execute()
  return rows.map(toRecord)
}
