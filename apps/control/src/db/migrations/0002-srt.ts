import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { schemaKit } from './schema-kit.ts'

/** What SRT connections go through, minute by minute, and inputs that call a listener. */
export const srtMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { table, int, withSeq } = schemaKit(db)
    await db.schema.alterTable('input').addColumn('pull_url', 'text').execute()
    await db.schema.alterTable('input').addColumn('pull_sealed', 'text').execute()
    // No reference to channel, input or output: the series outlives them.
    await withSeq(table('srt_minute'))
      .addColumn('workspace_id', 'text', (c) => c.notNull().references('workspace.id').onDelete('cascade'))
      .addColumn('channel_id', 'text', (c) => c.notNull())
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .addColumn('side', 'text', (c) => c.notNull().check(sql`side in ('input', 'output')`))
      .addColumn('session_at_ms', int, (c) => c.notNull())
      .addColumn('at_ms', int, (c) => c.notNull())
      .addColumn('span_ms', 'integer', (c) => c.notNull())
      .addColumn('rtt_min_us', int, (c) => c.notNull())
      .addColumn('rtt_avg_us', int, (c) => c.notNull())
      .addColumn('rtt_p95_us', int, (c) => c.notNull())
      .addColumn('latency_ms', 'integer', (c) => c.notNull())
      .addColumn('unique_packets', int, (c) => c.notNull())
      .addColumn('loss_packets', int, (c) => c.notNull())
      .addColumn('retrans_packets', int, (c) => c.notNull())
      .addColumn('drop_packets', int, (c) => c.notNull())
      .addColumn('belated_packets', int, (c) => c.notNull())
      .addColumn('buffer_avg_ms', 'integer', (c) => c.notNull())
      .addColumn('buffer_max_ms', 'integer', (c) => c.notNull())
      .addColumn('rate_bps', int, (c) => c.notNull())
      .addColumn('bandwidth_bps', int, (c) => c.notNull())
      .addColumn('flight_max_packets', int, (c) => c.notNull())
      .execute()
    await db.schema.createIndex('srt_minute_by_channel_at').on('srt_minute').columns(['channel_id', 'at_ms']).execute()
    await db.schema.createIndex('srt_minute_by_at').on('srt_minute').column('at_ms').execute()
  },
}
