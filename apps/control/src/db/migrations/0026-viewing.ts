import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How a channel is played: latency, and the names of its sounds. Channels that are there stay as they are. */
export const viewingMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('channel').addColumn('viewing', 'text').execute()
  },
}
