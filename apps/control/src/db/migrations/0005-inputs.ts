import { type Kysely, PostgresAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

const roles = sql`'primary', 'backup', 'backup2', 'backup3', 'backup4', 'backup5', 'backup6', 'backup7'`

/**
 * Up to eight inputs a channel. An input that changes places with another is `moving` for a moment inside of a transaction: neither engine
 * lets two rows have one role until its end.
 */
export const inputsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    if (db.getExecutor().adapter instanceof PostgresAdapter) await widenChecks(db)
    else await rebuild(db)
  },
}

async function widenChecks(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('channel').dropConstraint('channel_lock_check').execute()
  await db.schema.alterTable('channel').addCheckConstraint('channel_lock_check', sql`lock in ('auto', ${roles})`).execute()
  await db.schema.alterTable('input').dropConstraint('input_role_check').execute()
  await db.schema.alterTable('input').addCheckConstraint('input_role_check', sql`role in (${roles}, 'moving')`).execute()
}

/** SQLite changes no check. A table that others refer to can't be dropped, so `channel` gets another column; nobody refers to `input`. */
async function rebuild(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('channel')
    .addColumn('lock_next', 'text', (c) => c.notNull().defaultTo('auto').check(sql`lock_next in ('auto', ${roles})`))
    .execute()
  await sql`update channel set lock_next = lock`.execute(db)
  await db.schema.alterTable('channel').dropColumn('lock').execute()
  await db.schema.alterTable('channel').renameColumn('lock_next', 'lock').execute()
  await schemaKit(db)
    .table('input_next')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('channel_id', 'text', (c) => c.notNull().references('channel.id').onDelete('cascade'))
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in (${roles}, 'moving')`))
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('key_sealed', 'text', (c) => c.notNull())
    .addColumn('key_hash', 'text', (c) => c.notNull().unique())
    .addColumn('srt_latency_ms', 'integer', (c) => c.notNull())
    .addColumn('srt_passphrase_sealed', 'text')
    .addColumn('pull_url', 'text')
    .addColumn('pull_sealed', 'text')
    .addUniqueConstraint('input_role_once', ['channel_id', 'role'])
    .execute()
  const columns = sql`id, channel_id, role, enabled, key_sealed, key_hash, srt_latency_ms, srt_passphrase_sealed, pull_url, pull_sealed`
  await sql`insert into input_next (${columns}) select ${columns} from input`.execute(db)
  await db.schema.dropTable('input').execute()
  await db.schema.alterTable('input_next').renameTo('input').execute()
}
