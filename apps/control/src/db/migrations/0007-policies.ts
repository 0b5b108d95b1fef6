import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Class policies of workspaces, every version of them; own limits of outputs; and what was let stand outside of a class. */
export const policiesMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('class_policy')
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('class', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('is_shipped', 'integer', (c) => c.notNull())
      .addColumn('policy', 'text', (c) => c.notNull())
      .addColumn('at_ms', int, (c) => c.notNull())
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('class_policy_key', ['workspace_id', 'class', 'version'])
      .execute()
    await db.schema.alterTable('channel').addColumn('policy_overrides', 'text').execute()
    await db.schema.alterTable('output').addColumn('limits', 'text').execute()
    await db.schema.alterTable('output').addColumn('policy_overrides', 'text').execute()
  },
}
