import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What the player gets beside the source. Channels that are there stay as they are: the source alone. */
export const ladderMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('channel').addColumn('ladder', 'text').execute()
  },
}
