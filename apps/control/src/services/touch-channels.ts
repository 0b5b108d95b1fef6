import { sql } from 'kysely'
import type { Tx } from '../db/index.ts'
import type { ServiceContext } from './context.ts'

/** Raises the revisions of channels whose engine must hear of a change. */
export async function touchChannels(tx: Tx, ctx: ServiceContext, channelIds: readonly string[]): Promise<void> {
  if (channelIds.length === 0) return
  await tx
    .updateTable('channel')
    .set({ revision: sql`revision + 1`, updated_at_ms: ctx.platform.clock.wallMs() })
    .where('id', 'in', channelIds)
    .execute()
}
