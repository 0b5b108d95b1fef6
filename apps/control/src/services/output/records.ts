import type { ClassPolicy } from '@sluice/contract/policy'
import type { Selectable } from 'kysely'
import type { OutputTable, Reader } from '../../db/index.ts'
import { notFound } from '../index.ts'
import { policiesOf } from '../policy/index.ts'

/** An output as it is stored, with what its destination and its class say. */
export type OutputRecord = Selectable<OutputTable> & {
  platform: string
  url: string
  has_key: boolean
  tls_verify: boolean
  /** The guest who added it. */
  guest: string | null
  /** Of its class, as it holds in the workspace now. */
  policy: ClassPolicy
}

const joined = (db: Reader) =>
  db
    .selectFrom('output')
    .innerJoin('destination', 'destination.id', 'output.destination_id')
    .leftJoin('guest_link', 'guest_link.id', 'destination.guest_link_id')
    .selectAll('output')
    .select(['guest_link.name as guest', 'destination.platform', 'destination.url', 'destination.key_sealed', 'destination.tls_verify'])

type JoinedRow = Omit<OutputRecord, 'has_key' | 'policy'> & { key_sealed: string | null }

async function toRecords(db: Reader, rows: readonly JoinedRow[]): Promise<OutputRecord[]> {
  const policies = await policiesOf(
    db,
    rows.map((row) => row.workspace_id),
  )
  return rows.map(({ key_sealed, ...row }) => ({
    ...row,
    has_key: key_sealed !== null,
    policy: policies.get(row.workspace_id)![row.class],
  }))
}

/** The row, or NOT_FOUND: for other workspaces' ids too. */
export async function outputRecord(db: Reader, workspaceId: string, id: string): Promise<OutputRecord> {
  const row = await joined(db).where('output.id', '=', id).where('output.workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('output', id)
  const [record] = await toRecords(db, [row])
  return record!
}

/** All of a workspace, oldest first. */
export async function outputRecordsOf(db: Reader, workspaceId: string): Promise<OutputRecord[]> {
  return toRecords(db, await joined(db).where('output.workspace_id', '=', workspaceId).orderBy('output.id').execute())
}

/** Up to `limit` of a channel's outputs after the id `after`, oldest first; all when no limit is given. */
export async function outputRecords(db: Reader, channelId: string, after?: string, limit?: number): Promise<OutputRecord[]> {
  const rows = await joined(db)
    .where('output.channel_id', '=', channelId)
    .$if(after !== undefined, (select) => select.where('output.id', '>', after!))
    .$if(limit !== undefined, (select) => select.limit(limit!))
    .orderBy('output.id')
    .execute()
  return toRecords(db, rows)
}
