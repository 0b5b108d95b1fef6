import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Recordings, and what channels are to record. */
export const recordingsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('recording')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull())
      .addColumn('channel_name', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('started_by', 'text', (c) => c.notNull())
      .addColumn('started_at_ms', int, (c) => c.notNull())
      .addColumn('ended_at_ms', int)
      .addColumn('ended_by', 'text')
      .addColumn('duration_ms', int, (c) => c.notNull())
      .addColumn('bytes', int, (c) => c.notNull())
      .addColumn('lost_ms', int, (c) => c.notNull())
      .addColumn('problem_code', 'text')
      .addColumn('problem', 'text')
      .addColumn('pinned', 'integer', (c) => c.notNull())
      .addColumn('seen_at_ms', int, (c) => c.notNull())
      .addColumn('metadata', 'text')
      .execute()
    const index = (name: string, columns: readonly ('workspace_id' | 'channel_id' | 'started_at_ms' | 'state' | 'ended_at_ms')[]) =>
      db.schema
        .createIndex(name)
        .on('recording')
        .columns([...columns])
        .execute()
    await index('recording_by_workspace_started', ['workspace_id', 'started_at_ms'])
    await index('recording_by_channel_started', ['channel_id', 'started_at_ms'])
    await index('recording_by_state_ended_at_ms', ['state', 'ended_at_ms'])
    const channel = () => db.schema.alterTable('channel')
    await channel()
      .addColumn('recording_mode', 'text', (c) => c.notNull().defaultTo('off'))
      .execute()
    await channel().addColumn('recording_keep_days', int).execute()
    await channel().addColumn('recording_id', 'text').execute()
    await channel()
      .addColumn('recording_paused', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
  },
}
