import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Pictures that rungs show over theirs, and what outputs have of their own: a delay and an audio track. */
export const picturesMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('picture')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('width', 'integer', (c) => c.notNull())
      .addColumn('height', 'integer', (c) => c.notNull())
      .addColumn('bytes', int, (c) => c.notNull())
      .addColumn('created_at_ms', int, (c) => c.notNull())
      .execute()
    await db.schema.createIndex('picture_by_workspace_id').on('picture').column('workspace_id').execute()
    await table('rung_picture')
      .addColumn('rung_id', 'text', (c) => c.notNull().references('rung.id').onDelete('cascade'))
      .addColumn('picture_id', 'text', (c) => c.notNull().references('picture.id'))
      .addPrimaryKeyConstraint('rung_picture_pk', ['rung_id', 'picture_id'])
      .execute()
    await db.schema.createIndex('rung_picture_by_picture_id').on('rung_picture').column('picture_id').execute()
    await db.schema
      .alterTable('output')
      .addColumn('delay_ms', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
    await db.schema.alterTable('output').addColumn('audio_track', 'integer').execute()
  },
}
