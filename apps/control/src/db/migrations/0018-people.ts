import { type Kysely, PostgresAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { type SchemaKit, schemaKit } from './schema-kit.ts'

const roles = sql`'owner', 'producer', 'operator', 'moderator', 'observer'`

/** Five roles, invitations, reset links, second factors, and what a workspace asks of its people. A `viewer` is an `observer` now. */
export const peopleMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const kit = schemaKit(db)
    if (db.getExecutor().adapter instanceof PostgresAdapter) await widenRoles(db)
    else await rebuildMembers(kit, db)
    await links(kit, db)
    await secondFactors(kit, db)
    await db.schema
      .alterTable('workspace_setting')
      .addColumn('needs_two_factor', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
  },
}

async function widenRoles(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('workspace_member').dropConstraint('workspace_member_role_check').execute()
  await sql`update workspace_member set role = 'observer' where role = 'viewer'`.execute(db)
  await db.schema.alterTable('workspace_member').addCheckConstraint('workspace_member_role_check', sql`role in (${roles})`).execute()
}

/** SQLite changes no check; nobody refers to this table. */
async function rebuildMembers({ table }: SchemaKit, db: Kysely<unknown>): Promise<void> {
  await table('member_next')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (c) => c.notNull().references('auth_user.id').onDelete('cascade'))
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in (${roles})`))
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addUniqueConstraint('workspace_member_once', ['workspace_id', 'user_id'])
    .execute()
  await sql`insert into member_next (id, workspace_id, user_id, role, created_at)
    select id, workspace_id, user_id, case role when 'viewer' then 'observer' else role end, created_at from workspace_member`.execute(db)
  await db.schema.dropTable('workspace_member').execute()
  await db.schema.alterTable('member_next').renameTo('workspace_member').execute()
  await db.schema.createIndex('workspace_member_by_user_id').on('workspace_member').columns(['user_id']).execute()
}

/** Tokens are kept as hashes alone. */
async function links({ table, int }: SchemaKit, db: Kysely<unknown>): Promise<void> {
  await table('invitation')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in (${roles})`))
    .addColumn('email', 'text')
    .addColumn('is_mailed', 'integer', (c) => c.notNull())
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', int, (c) => c.notNull())
    .addColumn('expires_at_ms', int, (c) => c.notNull())
    .execute()
  await db.schema.createIndex('invitation_by_workspace_id').on('invitation').columns(['workspace_id']).execute()
  await db.schema.createIndex('invitation_by_email').on('invitation').columns(['email']).execute()
  await table('password_reset')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('auth_user.id').onDelete('cascade'))
    .addColumn('expires_at_ms', int, (c) => c.notNull())
    .execute()
  await db.schema.createIndex('password_reset_by_user_id').on('password_reset').columns(['user_id']).execute()
}

async function secondFactors({ table }: SchemaKit, db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('auth_user')
    .addColumn('two_factor_enabled', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await table('auth_two_factor')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('auth_user.id').onDelete('cascade'))
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('backup_codes', 'text', (c) => c.notNull())
    .addColumn('verified', 'integer')
    .addColumn('failed_verification_count', 'integer')
    .addColumn('locked_until', 'text')
    .execute()
  await db.schema.createIndex('auth_two_factor_by_user_id').on('auth_two_factor').columns(['user_id']).execute()
}
