import { type Rollback, SourceLock } from '@sluice/contract/api'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { ChannelRollbackTable, Reader } from '../../db/index.ts'
import { autoRollbackOf, type ChannelRow } from '../channel/index.ts'
import { outputRecords } from '../output/index.ts'

export type RollbackRow = Selectable<ChannelRollbackTable>

export const StoppedIds = z.array(z.string())
/** Until a channel has rungs, pass-through is the only one. [OPS-02] */
const profile =
  'The source as it comes: this channel has no rung of 720p30 at 3 Mbit/s. Lower the encoder to that by hand if the line asks for it.'

export const rollbackRow = (db: Reader, channelId: string): Promise<RollbackRow | undefined> =>
  db.selectFrom('channel_rollback').selectAll().where('channel_id', '=', channelId).executeTakeFirst()

/** A channel's rollback as the API shows it, but for what the automatic one sees just now: that is not stored. */
export async function presentRollback(db: Reader, channel: Pick<ChannelRow, 'id' | 'lock' | 'auto_rollback'>): Promise<Rollback> {
  const row = await rollbackRow(db, channel.id)
  const running = (await outputRecords(db, channel.id)).filter((output) => output.desired === 'running')
  return {
    channelId: channel.id,
    isActive: row !== undefined,
    at: row === undefined ? null : new Date(row.at_ms).toISOString(),
    actor: row?.actor ?? null,
    isAutomatic: row?.is_automatic === 1,
    cause: row?.cause ?? null,
    keep: row?.keep ?? null,
    keptOutputIds: running.map((output) => output.id),
    stoppedOutputIds: row === undefined ? [] : StoppedIds.parse(JSON.parse(row.stopped)),
    lock: SourceLock.parse(channel.lock),
    lockBefore: row === undefined ? null : SourceLock.parse(row.lock_before),
    profile,
    auto: autoRollbackOf(channel.auto_rollback),
    guard: null,
  }
}
