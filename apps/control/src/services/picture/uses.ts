import type { RungWish } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { ProblemError } from '../index.ts'

/** Writes down which pictures a rung shows. Refuses those that are none of the workspace's. */
export async function setRungPictures(tx: Tx, workspaceId: string, rungId: string, { video }: RungWish): Promise<void> {
  const ids = [...new Set((video?.overlays ?? []).map(({ pictureId }) => pictureId))]
  await tx.deleteFrom('rung_picture').where('rung_id', '=', rungId).execute()
  if (ids.length === 0) return
  const known = await tx.selectFrom('picture').select('id').where('workspace_id', '=', workspaceId).where('id', 'in', ids).execute()
  const missing = ids.find((id) => !known.some((row) => row.id === id))
  if (missing !== undefined) throw new ProblemError('PICTURE_UNKNOWN', `There is no picture '${missing.slice(0, 64)}' in this workspace.`)
  await tx
    .insertInto('rung_picture')
    .values(ids.map((id) => ({ rung_id: rungId, picture_id: id })))
    .execute()
}
