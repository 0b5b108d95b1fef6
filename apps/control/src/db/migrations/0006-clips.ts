import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Uploaded images and videos, what channels show as slate, and what inputs play. */
export const clipsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('clip')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('content_type', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('converting', 'ready', 'failed')`))
      .addColumn('problem_code', 'text')
      .addColumn('problem', 'text')
      .addColumn('upload_bytes', int, (c) => c.notNull())
      .addColumn('bytes', int)
      .addColumn('duration_ms', int)
      .addColumn('width', 'integer')
      .addColumn('height', 'integer')
      .addColumn('fps_milli', 'integer')
      .addColumn('has_audio', 'integer', (c) => c.notNull())
      .addColumn('created_at_ms', int, (c) => c.notNull())
      .execute()
    await db.schema.createIndex('clip_by_workspace_id').on('clip').column('workspace_id').execute()
    await db.schema.alterTable('channel').addColumn('slate_shows', 'text').execute()
    await db.schema
      .alterTable('channel')
      .addColumn('slate_clip_id', 'text', (c) => c.references('clip.id'))
      .execute()
    await db.schema.alterTable('channel').addColumn('slate_key', 'text').execute()
    await db.schema.createIndex('channel_by_slate_clip_id').on('channel').column('slate_clip_id').execute()
    await db.schema
      .alterTable('input')
      .addColumn('clip_id', 'text', (c) => c.references('clip.id'))
      .execute()
    await db.schema.alterTable('input').addColumn('test_card', 'integer').execute()
    await db.schema.createIndex('input_by_clip_id').on('input').column('clip_id').execute()
  },
}
