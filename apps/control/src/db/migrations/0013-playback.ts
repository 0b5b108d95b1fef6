import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

const names = ['play_id', 'preview_id'] as const

/** Playback gets names of its own: channels of before are given random ones. */
export const playbackMigration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const name of names) await db.schema.alterTable('channel').addColumn(name, 'text').execute()
    const rows = db as Kysely<{ channel: { id: string; play_id: string; preview_id: string } }>
    for (const { id } of await rows.selectFrom('channel').select('id').execute()) {
      const [play_id, preview_id] = [randomBytes(20).toString('base64url'), randomBytes(20).toString('base64url')]
      await rows.updateTable('channel').set({ play_id, preview_id }).where('id', '=', id).execute()
    }
    await db.schema.createIndex('channel_play_id').on('channel').column('play_id').unique().execute()
  },
}
