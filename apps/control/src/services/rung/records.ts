import type { Selectable } from 'kysely'
import type { Reader, RungTable } from '../../db/index.ts'
import { notFound } from '../index.ts'

/** A rung as it is stored, with the outputs that name it. */
export type RungRecord = Selectable<RungTable> & { outputs: { id: string; name: string }[] }

async function withOutputs(db: Reader, rows: readonly Selectable<RungTable>[]): Promise<RungRecord[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const users = await db.selectFrom('output').select(['id', 'name', 'rung']).where('rung', 'in', ids).orderBy('id').execute()
  return rows.map((row) => ({ ...row, outputs: users.filter(({ rung }) => rung === row.id) }))
}

/** The row, or NOT_FOUND: for other workspaces' ids too. */
export async function rungRecord(db: Reader, workspaceId: string, id: string): Promise<RungRecord> {
  const row = await db.selectFrom('rung').selectAll().where('id', '=', id).where('workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('rung', id)
  const [record] = await withOutputs(db, [row])
  return record!
}

/** A channel's rungs, oldest first. */
export const rungRecords = async (db: Reader, channelId: string): Promise<RungRecord[]> =>
  withOutputs(db, await db.selectFrom('rung').selectAll().where('channel_id', '=', channelId).orderBy('id').execute())
