import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** What plans of encodings are made for, and what an encode costs on this machine. */
export const plansMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('channel_plan')
      .addColumn('channel_id', 'text', (c) => c.primaryKey().references('channel.id').onDelete('cascade'))
      .addColumn('broadcast', 'text')
      .addColumn('sources', 'text', (c) => c.notNull())
      .addColumn('at_ms', int, (c) => c.notNull())
      .execute()
    await table('calibration')
      .addColumn('machine', 'text', (c) => c.primaryKey())
      .addColumn('calibration', 'text', (c) => c.notNull())
      .addColumn('at_ms', int, (c) => c.notNull())
      .execute()
  },
}
