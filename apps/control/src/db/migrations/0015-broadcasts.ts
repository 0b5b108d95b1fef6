import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Runs of channels. Those of before are taken out of the log at the next start. */
export const broadcastsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('broadcast')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull())
      .addColumn('started_at_ms', int, (c) => c.notNull())
      .addColumn('ended_at_ms', int)
      .addColumn('ended_by', 'text')
      .addColumn('wanted_ms', int, (c) => c.notNull())
      .addColumn('live_ms', int, (c) => c.notNull())
      .addColumn('outputs', 'text', (c) => c.notNull())
      .addColumn('seen_at_ms', int, (c) => c.notNull())
      .addColumn('ended_seq', int)
      .execute()
    const index = (name: string, columns: readonly ('channel_id' | 'started_at_ms' | 'workspace_id' | 'ended_at_ms' | 'ended_seq')[]) =>
      db.schema
        .createIndex(name)
        .on('broadcast')
        .columns([...columns])
    await index('broadcast_by_channel_start', ['channel_id', 'started_at_ms']).unique().execute()
    await index('broadcast_by_workspace_id', ['workspace_id']).execute()
    await index('broadcast_by_ended_at_ms', ['ended_at_ms']).execute()
    await index('broadcast_by_ended_seq', ['ended_seq']).unique().execute()
  },
}
