import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Players with addresses of their own, and what viewers saw, a row a minute. */
export const playersMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int, withSeq } = schemaKit(db)
    await table('player')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channel.id').onDelete('cascade'))
      .addColumn('play_id', 'text', (c) => c.notNull().unique())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('sites', 'text', (c) => c.notNull())
      .addColumn('look', 'text', (c) => c.notNull())
      .addColumn('start', 'text', (c) => c.notNull())
      .addColumn('created_at_ms', int, (c) => c.notNull())
      .addColumn('updated_at_ms', int, (c) => c.notNull())
      .addUniqueConstraint('player_once', ['channel_id', 'name'])
      .execute()
    await db.schema.createIndex('player_by_workspace_id').on('player').column('workspace_id').execute()
    await withSeq(table('playback_minute'))
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull())
      .addColumn('broadcast_at_ms', int)
      .addColumn('at_ms', int, (c) => c.notNull())
      .addColumn('rung', 'text', (c) => c.notNull())
      .addColumn('step', 'text', (c) => c.notNull())
      .addColumn('viewers', int, (c) => c.notNull())
      .addColumn('starts', int, (c) => c.notNull())
      .addColumn('exits', int, (c) => c.notNull())
      .addColumn('played_ms', int, (c) => c.notNull())
      .addColumn('stalls', int, (c) => c.notNull())
      .addColumn('stalled_ms', int, (c) => c.notNull())
      .addColumn('startup', 'text', (c) => c.notNull())
      .addColumn('latency', 'text', (c) => c.notNull())
      .addColumn('errors', 'text', (c) => c.notNull())
      .addColumn('reached', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('playback_minute_by_broadcast').on('playback_minute').columns(['channel_id', 'broadcast_at_ms']).execute()
    await db.schema.createIndex('playback_minute_by_at').on('playback_minute').column('at_ms').execute()
    await db.schema.createIndex('playback_minute_by_workspace_id').on('playback_minute').column('workspace_id').execute()
  },
}
