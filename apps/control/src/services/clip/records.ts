import type { Selectable } from 'kysely'
import type { ClipTable, Reader } from '../../db/index.ts'
import { notFound, ProblemError } from '../index.ts'

export type ClipRow = Selectable<ClipTable>
export type ClipRecord = ClipRow & { channels: number; inputs: number }

const withUse = (db: Reader) =>
  db
    .selectFrom('clip')
    .selectAll('clip')
    .select((eb) => [
      eb
        .selectFrom('channel')
        .select((sub) => sub.fn.countAll<number>().as('n'))
        .whereRef('channel.slate_clip_id', '=', 'clip.id')
        .as('channels'),
      eb
        .selectFrom('input')
        .select((sub) => sub.fn.countAll<number>().as('n'))
        .whereRef('input.clip_id', '=', 'clip.id')
        .as('inputs'),
    ])
    .$castTo<ClipRecord>()

/** The row with what uses it, or NOT_FOUND: for other workspaces' ids too. */
export async function clipRecord(db: Reader, workspaceId: string, id: string): Promise<ClipRecord> {
  const row = await withUse(db).where('clip.id', '=', id).where('clip.workspace_id', '=', workspaceId).executeTakeFirst()
  if (row === undefined) throw notFound('clip', id)
  return row
}

/** Up to `limit` of a workspace's clips after the id `after`, oldest first. */
export const clipRecords = (db: Reader, workspaceId: string, after: string | undefined, limit: number): Promise<ClipRecord[]> =>
  withUse(db)
    .where('clip.workspace_id', '=', workspaceId)
    .$if(after !== undefined, (select) => select.where('clip.id', '>', after!))
    .orderBy('clip.id')
    .limit(limit)
    .execute()

/** The clip, when it may be shown: refuses one that is not converted. */
export async function readyClip(db: Reader, workspaceId: string, id: string): Promise<ClipRow> {
  const clip = await clipRecord(db, workspaceId, id)
  if (clip.state === 'ready') return clip
  const why = clip.state === 'failed' ? `could not be converted: ${clip.problem}` : 'is still being converted.'
  throw new ProblemError('CLIP_NOT_READY', `The clip ${clip.name} ${why}`)
}
