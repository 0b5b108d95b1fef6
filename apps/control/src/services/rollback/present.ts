import { isoTime } from '@sluice/base/clock'
import type { OutputState } from '@sluice/base/words'
import type { Rollback, RollbackOutput } from '@sluice/contract/api'
import { rollbackWords } from '@sluice/judge/plan'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { ChannelRollbackTable, Reader } from '../../db/index.ts'
import { autoRollbackOf, type ChannelRow } from '../channel/index.ts'
import type { ServiceContext } from '../index.ts'
import { type OutputRecord, outputRecords } from '../output/index.ts'
import { planRequest } from '../plan/index.ts'
import { type Candidate, planOutputs } from './plan.ts'

export type RollbackRow = Selectable<ChannelRollbackTable>

export const StoppedIds = z.array(z.string())

export const rollbackRow = (db: Reader, channelId: string): Promise<RollbackRow | undefined> =>
  db.selectFrom('channel_rollback').selectAll().where('channel_id', '=', channelId).executeTakeFirst()

/** In which states outputs are. */
export type OutputSight = { output(outputId: string): { state: OutputState } | null }
/** As many stay where nobody says how many. */
const usualKeep = 3

/** Outputs with their states: what no engine reports waits, or was stopped. */
export const candidatesOf = (live: OutputSight, records: readonly OutputRecord[]): (OutputRecord & Candidate)[] =>
  records.map((record) => ({ ...record, state: live.output(record.id)?.state ?? (record.desired === 'running' ? 'idle' : 'stopped') }))

const toRollbackOutput = ({ id, name, priority, state }: Candidate): RollbackOutput => ({ id, name, priority, state })

/** A channel's rollback as the API shows it, but for what the automatic one sees just now: that is not stored. */
export async function presentRollback(
  db: Reader,
  ctx: ServiceContext,
  live: OutputSight,
  channel: Pick<ChannelRow, 'id' | 'lock' | 'auto_rollback'>,
  keep: number = usualKeep,
): Promise<Rollback> {
  const row = await rollbackRow(db, channel.id)
  const outputs = candidatesOf(live, await outputRecords(db, channel.id))
  const stoppedIds = row === undefined ? [] : StoppedIds.parse(JSON.parse(row.stopped))
  const { kept, stopped } = planOutputs(outputs, keep)
  return {
    channelId: channel.id,
    isActive: row !== undefined,
    at: row === undefined ? null : isoTime(row.at_ms),
    actor: row?.actor ?? null,
    isAutomatic: row?.is_automatic === true,
    cause: row?.cause ?? null,
    keep: row?.keep ?? null,
    kept: outputs.filter((output) => output.desired === 'running').map(toRollbackOutput),
    stopped: outputs.filter((output) => stoppedIds.includes(output.id)).map(toRollbackOutput),
    plan: row === undefined ? { keep, kept: kept.map(toRollbackOutput), stopped: stopped.map(toRollbackOutput) } : null,
    lock: channel.lock,
    lockBefore: row === undefined ? null : row.lock_before,
    profile: rollbackWords(await planRequest(db, ctx, channel.id)),
    auto: autoRollbackOf(channel.auto_rollback),
    guard: null,
  }
}
