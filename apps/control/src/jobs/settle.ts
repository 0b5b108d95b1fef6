import type { LiveState } from '../observed/index.ts'
import { presentRotation } from '../present/index.ts'
import { settleRotation, withRelations } from '../services/destination/index.ts'
import { type Platform, systemContext } from '../services/index.ts'

/** Keeps and tells how rotations went, as far as the engines know by now. One that failed may still come right. */
export async function settleRotations(platform: Platform, live: LiveState): Promise<void> {
  const rows = await platform.db
    .selectFrom('destination')
    .selectAll()
    .where('rotated_at_ms', 'is not', null)
    .where('rotation_state', '!=', 'applied')
    .execute()
  for (const row of await withRelations(platform.db, rows)) {
    const rotation = presentRotation(live, row)
    if (rotation === null || rotation.state === row.rotation_state) continue
    await settleRotation(systemContext(platform, row.workspace_id), row.id, row.place_no, rotation)
  }
}
