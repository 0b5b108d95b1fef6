import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** What holds for a whole workspace, and channels that were rolled back to their most important outputs. */
export const operationsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('workspace_setting')
      .addColumn('workspace_id', 'text', (c) => c.primaryKey().references('workspace.id').onDelete('cascade'))
      .addColumn('uplink_kbps', int)
      .addColumn('updated_at_ms', int, (c) => c.notNull())
      .execute()
    await table('channel_rollback')
      .addColumn('channel_id', 'text', (c) => c.primaryKey().references('channel.id').onDelete('cascade'))
      .addColumn('at_ms', int, (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('cause', 'text', (c) => c.notNull())
      .addColumn('keep', 'integer', (c) => c.notNull())
      .addColumn('lock_before', 'text', (c) => c.notNull())
      .addColumn('stopped', 'text', (c) => c.notNull())
      .execute()
  },
}
