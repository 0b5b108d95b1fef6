import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Where the destination of an output plays it, for probes. Nobody has set it yet. */
export const probesMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('output').addColumn('probe_url', 'text').execute()
    await db.schema.alterTable('output').addColumn('probe_sealed', 'text').execute()
  },
}
