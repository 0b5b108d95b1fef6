import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** The end of a show, until the next broadcast; what the player page says and shows; its pictures. */
export const showMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const kit = schemaKit(db)
    await db.schema.alterTable('channel').addColumn('ended_at_ms', kit.int).execute()
    await db.schema.alterTable('channel').addColumn('ended_by', 'text').execute()
    await db.schema.alterTable('channel').addColumn('page', 'text').execute()
    await kit
      .table('page_image')
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channel.id').onDelete('cascade'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('digest', 'text', (c) => c.notNull())
      .addColumn('content_type', 'text', (c) => c.notNull())
      .addColumn('width', 'integer', (c) => c.notNull())
      .addColumn('height', 'integer', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('page_image_pk', ['channel_id', 'kind'])
      .execute()
  },
}
