import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What a channel does when an input fails, as far as it was set on the channel itself: JSON. */
export const failoverMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('channel').addColumn('failover', 'text').execute()
  },
}
