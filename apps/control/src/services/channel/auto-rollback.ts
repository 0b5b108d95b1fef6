import { AutoRollback, noAutoRollback } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { recordChange, type WriteContext } from '../index.ts'
import type { ChannelRow } from './records.ts'

/** Whether a channel rolls itself back, out of its column. */
export const autoRollbackOf = (column: string | null): AutoRollback =>
  column === null ? noAutoRollback : AutoRollback.parse(JSON.parse(column))

/** Arms the automatic rollback of a channel, disarms it, or sets how many outputs it would keep. No engine needs to hear of it. */
export async function setAutoRollback(
  tx: Tx,
  write: WriteContext,
  channel: ChannelRow,
  patch: { isArmed?: boolean | undefined; keep?: number | undefined },
): Promise<void> {
  const { id, name } = channel
  const before = autoRollbackOf(channel.auto_rollback)
  const { isArmed = before.isArmed, keep = before.keep } = patch
  if (isArmed === before.isArmed && keep === before.keep) return
  await tx
    .updateTable('channel')
    .set({ auto_rollback: JSON.stringify({ isArmed, keep }) })
    .where('id', '=', id)
    .execute()
  const does = isArmed ? `Armed the automatic rollback of ${name} to ${keep} outputs.` : `Disarmed the automatic rollback of ${name}.`
  const about = { channelId: id, subjectId: id, data: { isArmed, keep } }
  const did = isArmed ? `armed the automatic rollback: ${keep} outputs would stay.` : 'disarmed the automatic rollback.'
  await recordChange(tx, write, {
    channels: [],
    reread: [id],
    audit: { action: 'channel.rollback.auto', subjectId: id, summary: does, detail: { isArmed, keep } },
    event:
      isArmed || before.isArmed
        ? { name: isArmed ? 'rollback.armed' : 'rollback.disarmed', ...about, message: `${write.actor.name} ${did}` }
        : null,
  })
}
