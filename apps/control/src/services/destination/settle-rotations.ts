import { type LiveSight, type Platform, systemContext } from '../index.ts'
import { withRelations } from './records.ts'
import { rotationOf } from './rotation.ts'
import { settleRotation } from './settle-rotation.ts'

/** Keeps and tells how rotations went, as far as the engines know by now. One that failed may still come right. */
export async function settleRotations(platform: Platform, live: LiveSight): Promise<void> {
  const rows = await platform.db
    .selectFrom('destination')
    .selectAll()
    .where('rotated_at_ms', 'is not', null)
    .where('rotation_state', '!=', 'applied')
    .execute()
  for (const row of await withRelations(platform.db, rows)) {
    const rotation = rotationOf(live, row)
    if (rotation === null || rotation.state === row.rotation_state) continue
    await settleRotation(systemContext(platform, row.workspace_id), row.id, row.place_no, rotation)
  }
}
