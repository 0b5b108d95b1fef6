import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** Rollbacks that begin and end by themselves, what they are judged by, and latency budgets of a channel's own. */
export const measuresMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int } = schemaKit(db)
    await db.schema.alterTable('channel').addColumn('auto_rollback', 'text').execute()
    await db.schema.alterTable('channel').addColumn('latency_budgets', 'text').execute()
    for (const [name, value] of [
      ['is_automatic', 0],
      ['hold_windows', 1],
    ] as const) {
      await db.schema
        .alterTable('channel_rollback')
        .addColumn(name, 'integer', (c) => c.notNull().defaultTo(value))
        .execute()
    }
    await table('channel_guardrail')
      .addColumn('channel_id', 'text', (c) => c.primaryKey().references('channel.id').onDelete('cascade'))
      .addColumn('ended_at_ms', int, (c) => c.notNull())
      .addColumn('was_automatic', 'integer', (c) => c.notNull())
      .addColumn('hold_windows', 'integer', (c) => c.notNull())
      .execute()
    await table('guardrail_slot')
      .addColumn('channel_id', 'text', (c) => c.notNull().references('channel.id').onDelete('cascade'))
      .addColumn('start_ms', int, (c) => c.notNull())
      .addColumn('covered_ms', int, (c) => c.notNull())
      .addColumn('lost', int, (c) => c.notNull())
      .addColumn('due', int, (c) => c.notNull())
      .addColumn('down_ms', int, (c) => c.notNull())
      .addColumn('wanted_ms', int, (c) => c.notNull())
      .addColumn('fps_milli', int, (c) => c.notNull())
      .addPrimaryKeyConstraint('guardrail_slot_pk', ['channel_id', 'start_ms'])
      .execute()
  },
}
