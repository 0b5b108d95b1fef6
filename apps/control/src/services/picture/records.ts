import type { Selectable } from 'kysely'
import type { PictureTable, Reader } from '../../db/index.ts'
import { notFound } from '../index.ts'

/** A picture as it is stored, with the rungs that show it. */
export type PictureRecord = Selectable<PictureTable> & { rungs: { id: string; name: string }[] }

async function withRungs(db: Reader, rows: readonly Selectable<PictureTable>[]): Promise<PictureRecord[]> {
  if (rows.length === 0) return []
  const uses = await db
    .selectFrom('rung_picture')
    .innerJoin('rung', 'rung.id', 'rung_picture.rung_id')
    .select(['picture_id', 'rung.id', 'rung.name'])
    .where(
      'picture_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('rung.id')
    .execute()
  return rows.map((row) => ({
    ...row,
    rungs: uses.filter(({ picture_id }) => picture_id === row.id).map(({ id, name }) => ({ id, name })),
  }))
}

/** The row, or NOT_FOUND: for other workspaces' ids too. */
export async function pictureRecord(db: Reader, workspaceId: string, id: string): Promise<PictureRecord> {
  const row = await db.selectFrom('picture').selectAll().where('id', '=', id).where('workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('picture', id)
  const [record] = await withRungs(db, [row])
  return record!
}

/** A workspace's pictures, oldest first. */
export const pictureRecords = async (db: Reader, workspaceId: string): Promise<PictureRecord[]> =>
  withRungs(db, await db.selectFrom('picture').selectAll().where('workspace_id', '=', workspaceId).orderBy('id').execute())
