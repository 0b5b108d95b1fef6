import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Kinds of credentials, planned rotations, grants, and links for guests. */
export const credentialsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    const add = (column: string, type: 'text' | 'integer' | typeof int): Promise<void> =>
      db.schema.alterTable('destination').addColumn(column, type).execute()
    await db.schema
      .alterTable('destination')
      .addColumn('credential', 'text', (c) => c.notNull().defaultTo('static').check(sql`credential in ('static', 'rotating', 'guest')`))
      .execute()
    await db.schema
      .alterTable('destination')
      .addColumn('granted_to', 'text', (c) => c.notNull().defaultTo('workspace').check(sql`granted_to in ('workspace', 'channels')`))
      .execute()
    await db.schema
      .alterTable('destination')
      .addColumn('place_no', 'integer', (c) => c.notNull().defaultTo(1))
      .execute()
    for (const column of ['next_key_sealed', 'next_key_hint', 'next_by', 'rotated_by', 'rotation_state', 'guest_link_id'])
      await add(column, 'text')
    for (const column of ['next_at_ms', 'rotated_at_ms', 'overdue_told_at_ms', 'last_used_at_ms']) await add(column, int)
    await add('rotate_every_days', 'integer')
    await db.schema.createIndex('destination_by_guest_link_id').on('destination').column('guest_link_id').execute()
    await table('destination_grant')
      .addColumn('destination_id', 'text', (c) => c.notNull().references('destination.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channel.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('destination_grant_once', ['destination_id', 'channel_id'])
      .execute()
    await db.schema.createIndex('destination_grant_by_channel_id').on('destination_grant').column('channel_id').execute()
    await table('guest_link')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channel.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('token_hash', 'text', (c) => c.notNull().unique())
      .addColumn('class', 'text', (c) => c.notNull().check(sql`class in ('A', 'B', 'C')`))
      .addColumn('max_outputs', 'integer', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at_ms', int, (c) => c.notNull())
      .addColumn('expires_at_ms', int, (c) => c.notNull())
      .addColumn('ended', 'text', (c) => c.check(sql`ended in ('expired', 'revoked')`))
      .addColumn('ended_at_ms', int)
      .addColumn('last_used_at_ms', int)
      .execute()
    await db.schema.createIndex('guest_link_by_channel_id').on('guest_link').columns(['channel_id', 'id']).execute()
    await widenActors(db)
  },
}

/** Guests and the clock act too. SQLite can't change a check: the table is made anew and takes the old one's name. */
async function widenActors(db: Kysely<unknown>): Promise<void> {
  const { table, int } = schemaKit(db)
  const columns = ['id', 'workspace_id', 'at_ms', 'actor_kind', 'actor_id', 'actor', 'action', 'subject_id', 'summary', 'detail']
  await table('audit_next')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
    .addColumn('at_ms', int, (c) => c.notNull())
    .addColumn('actor_kind', 'text', (c) => c.notNull().check(sql`actor_kind in ('user', 'api-key', 'operator', 'guest', 'system')`))
    .addColumn('actor_id', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('subject_id', 'text')
    .addColumn('summary', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .execute()
  const list = sql.join(columns.map((column) => sql.ref(column)))
  await sql`insert into audit_next (${list}) select ${list} from audit`.execute(db)
  await db.schema.dropTable('audit').execute()
  await db.schema.alterTable('audit_next').renameTo('audit').execute()
  await db.schema.createIndex('audit_by_workspace_id_id').on('audit').columns(['workspace_id', 'id']).execute()
  await db.schema.createIndex('audit_by_subject_id_id').on('audit').columns(['subject_id', 'id']).execute()
}
