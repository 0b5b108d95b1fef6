import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Inputs that stay connected and are not picked. */
export const maintenanceMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('input')
      .addColumn('maintenance', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
  },
}
