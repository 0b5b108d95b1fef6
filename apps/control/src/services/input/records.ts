import type { InputRole } from '@sluice/base/words'
import type { SourceLock } from '@sluice/contract/link'
import type { Reader, Tx } from '../../db/index.ts'
import type { InputRow } from '../channel/index.ts'
import { notFound } from '../index.ts'

/** The row with its channel's name, or NOT_FOUND: for other workspaces' ids too. */
export async function inputInWorkspace(db: Reader, workspaceId: string, id: string): Promise<InputRow & { channel_name: string }> {
  const row = await db
    .selectFrom('input')
    .innerJoin('channel', 'channel.id', 'input.channel_id')
    .selectAll('input')
    .select('channel.name as channel_name')
    .where('input.id', '=', id)
    .where('channel.workspace_id', '=', workspaceId)
    .executeTakeFirst()
  if (row === undefined) throw notFound('input', id)
  return row
}

/** Locks follow their input: each role of `moves` that a lock of the channel names, now or after a rollback, becomes the other one. */
export async function moveLocks(tx: Tx, channelId: string, moves: ReadonlyMap<SourceLock, InputRole | 'auto'>): Promise<void> {
  const { lock } = await tx.selectFrom('channel').select('lock').where('id', '=', channelId).executeTakeFirstOrThrow()
  const moved = moves.get(lock)
  if (moved !== undefined) await tx.updateTable('channel').set({ lock: moved }).where('id', '=', channelId).execute()
  const rollback = await tx.selectFrom('channel_rollback').select('lock_before').where('channel_id', '=', channelId).executeTakeFirst()
  const movedBefore = rollback && moves.get(rollback.lock_before)
  if (movedBefore !== undefined) {
    await tx.updateTable('channel_rollback').set({ lock_before: movedBefore }).where('channel_id', '=', channelId).execute()
  }
}
