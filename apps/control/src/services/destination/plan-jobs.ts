import type { Tx } from '../../db/index.ts'
import { planJob, type WriteContext } from '../index.ts'
import { type DestinationRow, rotationDueMs } from './records.ts'

type Planned = Pick<DestinationRow, 'next_at_ms' | 'overdue_told_at_ms' | 'rotate_every_days' | 'rotated_at_ms' | 'created_at_ms'>

/** Plans what a destination is due for, as it is now: the key that is kept for later, and the word that its key is too old. */
export async function planDestinationJobs(tx: Tx, write: WriteContext, id: string): Promise<void> {
  const row: Planned | undefined = await tx.selectFrom('destination').selectAll().where('id', '=', id).executeTakeFirst()
  await planJob(tx, write, { kind: 'key.rotate', subjectId: id, dueAtMs: row?.next_at_ms ?? null })
  const isTold = row === undefined || row.overdue_told_at_ms !== null
  await planJob(tx, write, { kind: 'key.overdue', subjectId: id, dueAtMs: isTold ? null : rotationDueMs(row) })
}
