import { sql } from 'kysely'
import type { Database } from '../db/index.ts'

/** Every column that holds sealed values, with the column that names its row: what a rotation goes through. */
export const sealedColumns = [
  { table: 'channel', column: 'play_token_sealed', rowId: 'id' },
  { table: 'input', column: 'key_sealed', rowId: 'id' },
  { table: 'input', column: 'srt_passphrase_sealed', rowId: 'id' },
  { table: 'input', column: 'pull_sealed', rowId: 'id' },
  { table: 'destination', column: 'key_sealed', rowId: 'id' },
  { table: 'destination', column: 'next_key_sealed', rowId: 'id' },
  { table: 'destination', column: 'passphrase_sealed', rowId: 'id' },
  { table: 'enhanced_grant', column: 'answer_sealed', rowId: 'output_id' },
  { table: 'destination', column: 'query_sealed', rowId: 'id' },
  { table: 'output', column: 'probe_sealed', rowId: 'id' },
  { table: 'idempotency', column: 'answer_sealed', rowId: 'id' },
  { table: 'deployment', column: 'value', rowId: 'name' },
] as const

type SealedRow = { row: string; sealed: string }

/** Up to `limit` values of one column that are sealed under another key than `keyId`. */
export async function sealedUnderOtherKeys(
  db: Database,
  { table, column, rowId }: (typeof sealedColumns)[number],
  keyId: string,
  limit: number,
): Promise<SealedRow[]> {
  const sealed = sql.ref<string>(column)
  return db
    .selectFrom(table as 'deployment')
    .select([sql.ref<string>(rowId).as('row'), sealed.as('sealed')])
    .where(sealed, 'like', 'v1.%')
    .where(sealed, 'not like', `v1.${keyId}.%`)
    .limit(limit)
    .execute()
}

/** Puts `next` where `before` still stands: a value that was written anew meanwhile is left alone. */
export async function replaceSealed(
  db: Database,
  { table, column, rowId }: (typeof sealedColumns)[number],
  { row, sealed: before }: SealedRow,
  next: string,
): Promise<void> {
  await db
    .updateTable(table as 'deployment')
    .set({ [column]: next })
    .where(sql.ref<string>(rowId), '=', row)
    .where(sql.ref<string>(column), '=', before)
    .execute()
}
