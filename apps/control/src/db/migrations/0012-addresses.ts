import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The query of an RTMP address is kept apart where it may hold a token, and an input may have an SRT port of its own. */
export const addressesMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('destination').addColumn('query_sealed', 'text').execute()
    await db.schema.alterTable('input').addColumn('srt_port', 'integer').execute()
    // Rows without a port do not count: neither SQLite nor PostgreSQL holds two nulls for the same.
    await db.schema.createIndex('input_srt_port_once').on('input').column('srt_port').unique().execute()
  },
}
