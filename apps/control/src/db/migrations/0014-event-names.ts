import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Events that have another name now: stored ones follow, so that one name is read everywhere. */
const renamed = { 'output.unmoved': 'output.move_failed' } as const

export const eventNamesMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const rows = db as Kysely<{ event: { name: string } }>
    for (const [before, after] of Object.entries(renamed))
      await rows.updateTable('event').set({ name: after }).where('name', '=', before).execute()
  },
}
