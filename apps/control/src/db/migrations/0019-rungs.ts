import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Encodings of a channel, forms for new ones, and how soon an output has to leave. Outputs that are there stay on the source. */
export const rungsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('rung')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channel.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('video', 'text')
      .addColumn('audio', 'text')
      .addColumn('created_at_ms', int, (c) => c.notNull())
      .addColumn('updated_at_ms', int, (c) => c.notNull())
      .addUniqueConstraint('rung_once', ['channel_id', 'name'])
      .execute()
    await db.schema.createIndex('rung_by_workspace_id').on('rung').column('workspace_id').execute()
    await table('rung_template')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('video', 'text')
      .addColumn('audio', 'text')
      .addColumn('created_at_ms', int, (c) => c.notNull())
      .addUniqueConstraint('rung_template_once', ['workspace_id', 'name'])
      .execute()
    await db.schema
      .alterTable('output')
      .addColumn('latency', 'text', (c) => c.notNull().defaultTo('standard'))
      .execute()
  },
}
