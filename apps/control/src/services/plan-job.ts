import { type JobKind, newId, type Tx } from '../db/index.ts'
import type { WriteContext } from './gate.ts'

export type JobPlan = { readonly kind: JobKind; readonly subjectId: string; readonly dueAtMs: number | null }

/**
 * Plans a job in the transaction of the change that calls for it: both stand, or neither. `dueAtMs` null: it is not wanted any more. One that runs
 * just now is done once more when it was planned anew meanwhile, so a job looks itself whether there still is something to do.
 */
export async function planJob(tx: Tx, write: WriteContext, { kind, subjectId, dueAtMs }: JobPlan): Promise<void> {
  if (dueAtMs === null) {
    await tx.deleteFrom('job').where('kind', '=', kind).where('subject_id', '=', subjectId).where('state', '=', 'waiting').execute()
    return
  }
  const nowMs = write.platform.clock.wallMs()
  await tx
    .insertInto('job')
    .values({
      ...{ id: newId(nowMs), kind, subject_id: subjectId, workspace_id: write.workspaceId, due_at_ms: dueAtMs },
      ...{ state: 'waiting', attempts: 0, last_error: null, lease_holder: null, lease_until_ms: null },
      ...{ created_at_ms: nowMs, finished_at_ms: null },
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject_id']).where('finished_at_ms', 'is', null).doUpdateSet({ due_at_ms: dueAtMs }),
    )
    .execute()
  write.note({ type: 'due' })
}
