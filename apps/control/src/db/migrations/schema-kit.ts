import { type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from 'kysely'

type AnyTable = CreateTableBuilder<string, string>

/** What differs between the two engines in a schema; everything else is written once. */
export type SchemaKit = {
  /** A new table; STRICT on SQLite, so that a wrong type is refused there too. */
  table(name: string): AnyTable
  /** 64 bits. */
  readonly int: 'bigint' | 'integer'
  /** A number that rises with each row and is never given twice. */
  withSeq(table: AnyTable): AnyTable
}

export function schemaKit(db: Kysely<unknown>): SchemaKit {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  return {
    table: (name) => (isPostgres ? db.schema.createTable(name) : db.schema.createTable(name).modifyEnd(sql`strict`)),
    int: isPostgres ? 'bigint' : 'integer',
    withSeq: (table) =>
      isPostgres
        ? table.addColumn('seq', 'bigint', (col) => col.generatedAlwaysAsIdentity().primaryKey())
        : table.addColumn('seq', 'integer', (col) => col.primaryKey().autoIncrement()),
  }
}
