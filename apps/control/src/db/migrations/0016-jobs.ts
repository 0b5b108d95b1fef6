import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { newId } from '../new-id.ts'
import { schemaKit } from './schema-kit.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Jobs. What was planned before, and what an earlier run had not finished, gets its own. */
export const jobsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await table('job')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .addColumn('workspace_id', 'text', (c) => c.references('workspace.id').onDelete('cascade'))
      .addColumn('due_at_ms', int, (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('last_error', 'text')
      .addColumn('lease_holder', 'text')
      .addColumn('lease_until_ms', int)
      .addColumn('created_at_ms', int, (c) => c.notNull())
      .addColumn('finished_at_ms', int)
      .execute()
    await sql`create unique index job_by_open_subject on job (kind, subject_id) where finished_at_ms is null`.execute(db)
    await db.schema.createIndex('job_by_state_due_at_ms').on('job').columns(['state', 'due_at_ms']).execute()
    await db.schema.createIndex('job_by_finished_at_ms').on('job').column('finished_at_ms').execute()
    await db.schema.createIndex('job_by_workspace_id').on('job').column('workspace_id').execute()
    await planWhatWas(db as Kysely<Before>)
  },
}

/** The rows as they are at this step of the schema. */
type Before = {
  destination: {
    id: string
    workspace_id: string
    next_at_ms: number | null
    rotate_every_days: number | null
    rotated_at_ms: number | null
    created_at_ms: number
    overdue_told_at_ms: number | null
  }
  guest_link: { id: string; workspace_id: string; ended: string | null; expires_at_ms: number }
  clip: { id: string; workspace_id: string; state: string; created_at_ms: number }
  job: Record<string, string | number | null>
}

async function planWhatWas(db: Kysely<Before>): Promise<void> {
  const plan = (kind: string, { id, workspace_id }: { id: string; workspace_id: string }, due_at_ms: number) =>
    db
      .insertInto('job')
      .values({
        ...{ id: newId(), kind, subject_id: id, workspace_id, due_at_ms, state: 'waiting', attempts: 0 },
        ...{ last_error: null, lease_holder: null, lease_until_ms: null, created_at_ms: Date.now(), finished_at_ms: null },
      })
      .execute()
  for (const row of await db.selectFrom('destination').selectAll().execute()) {
    if (row.next_at_ms !== null) await plan('key.rotate', row, row.next_at_ms)
    if (row.rotate_every_days === null || row.overdue_told_at_ms !== null) continue
    await plan('key.overdue', row, (row.rotated_at_ms ?? row.created_at_ms) + row.rotate_every_days * dayMs)
  }
  for (const row of await db.selectFrom('guest_link').selectAll().where('ended', 'is', null).execute())
    await plan('guest.expire', row, row.expires_at_ms)
  for (const row of await db.selectFrom('clip').selectAll().where('state', '=', 'converting').execute())
    await plan('clip.convert', row, row.created_at_ms)
}
