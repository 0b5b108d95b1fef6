import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Whether an output asks its platform for Enhanced Broadcasting, and what it was granted. Those that are there do not ask. */
export const enhancedMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await db.schema
      .alterTable('output')
      .addColumn('enhanced', 'text', (c) => c.notNull().defaultTo('off'))
      .execute()
    await table('enhanced_grant')
      .addColumn('output_id', 'text', (c) => c.primaryKey().references('output.id').onDelete('cascade'))
      .addColumn('session', 'text', (c) => c.notNull())
      .addColumn('answer_sealed', 'text', (c) => c.notNull())
      .addColumn('at_ms', int, (c) => c.notNull())
      .execute()
  },
}
