import { commit, type Database, type JobKind, type JobTable, newId } from '../db/index.ts'

/** A job that this control has taken on. */
export type Job = {
  readonly id: string
  readonly kind: JobKind
  readonly subjectId: string
  /** Null: about the machine. */
  readonly workspaceId: string | null
  readonly dueAtMs: number
  /** With this one. */
  readonly attempts: number
}

/** Who takes jobs on, and which ones it runs: what it holds besides was left behind by an earlier run of it. */
export type Holder = { readonly id: string; readonly runs: readonly string[] }

const none = { lease_holder: null, lease_until_ms: null } as const

const freeJobs = (db: Database, { id: holder, runs }: Holder, nowMs: number) =>
  db
    .selectFrom('job')
    .where((eb) =>
      eb.or([
        eb.and([eb('state', '=', 'waiting'), eb('due_at_ms', '<=', nowMs)]),
        eb.and([eb('state', '=', 'running'), eb.or([eb('lease_until_ms', '<', nowMs), eb('lease_holder', '=', holder)])]),
      ]),
    )
    .$if(runs.length > 0, (select) => select.where('id', 'not in', runs))

/** Kinds of which something is due that nobody runs. */
export async function dueKinds(db: Database, holder: Holder, nowMs: number): Promise<JobKind[]> {
  const rows = await freeJobs(db, holder, nowMs).select('kind').distinct().execute()
  return rows.map(({ kind }) => kind)
}

/** Claims what is due longest; null for none. Of two controls that try at once one gets it. */
export async function claimJob(
  db: Database,
  kind: JobKind,
  holder: Holder,
  { nowMs, leaseMs }: { nowMs: number; leaseMs: number },
): Promise<Job | null> {
  const wanted = await freeJobs(db, holder, nowMs)
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('due_at_ms')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (wanted === undefined) return null
  // As it was read, or another has it by now.
  const taken = await db
    .updateTable('job')
    .set((eb) => ({ state: 'running', attempts: eb('attempts', '+', 1), lease_holder: holder.id, lease_until_ms: nowMs + leaseMs }))
    .where('id', '=', wanted.id)
    .where('state', '=', wanted.state)
    .where('attempts', '=', wanted.attempts)
    .where('due_at_ms', '=', wanted.due_at_ms)
    .returningAll()
    .executeTakeFirst()
  return taken === undefined ? null : toJob(taken)
}

/** Its runs are not to be taken over. */
export async function renewLeases(db: Database, { id: holder, runs }: Holder, untilMs: number): Promise<void> {
  if (runs.length === 0) return
  await db.updateTable('job').set({ lease_until_ms: untilMs }).where('id', 'in', runs).where('lease_holder', '=', holder).execute()
}

/** Ends a job. One that was planned anew while it ran waits again. */
export async function finishJob(
  db: Database,
  { id, dueAtMs }: Job,
  holder: string,
  { state, nowMs, error = null }: { state: 'done' | 'failed'; nowMs: number; error?: string | null },
): Promise<void> {
  await commit(db, async (tx) => {
    const held = () => tx.updateTable('job').where('id', '=', id).where('lease_holder', '=', holder).where('state', '=', 'running')
    await held()
      .set({ ...none, state, last_error: error, finished_at_ms: nowMs })
      .where('due_at_ms', '=', dueAtMs)
      .execute()
    await held()
      .set({ ...none, state: 'waiting', attempts: 0, last_error: error })
      .execute()
  })
}

/** Gives a job back, to be taken on again at `dueAtMs` or when it was planned for meanwhile. `counts`: this attempt was one. */
export async function putBack(
  db: Database,
  job: Job,
  holder: string,
  { dueAtMs, error, counts }: { dueAtMs: number; error: string | null; counts: boolean },
): Promise<void> {
  await commit(db, async (tx) => {
    const held = () => tx.updateTable('job').where('id', '=', job.id).where('lease_holder', '=', holder).where('state', '=', 'running')
    const attempts = counts ? job.attempts : job.attempts - 1
    await held()
      .set({ ...none, state: 'waiting', attempts, last_error: error, due_at_ms: dueAtMs })
      .where('due_at_ms', '=', job.dueAtMs)
      .execute()
    await held()
      .set({ ...none, state: 'waiting', attempts: 0, last_error: error })
      .execute()
  })
}

/** Plans a job of the machine itself, unless it is planned already. One that was planned under a clock that was ahead is due by the right one. */
export async function planOwn(db: Database, kind: JobKind, nowMs: number, dueAtMs: number): Promise<void> {
  const open = await db
    .selectFrom('job')
    .select(['id', 'due_at_ms'])
    .where('kind', '=', kind)
    .where('finished_at_ms', 'is', null)
    .executeTakeFirst()
  if (open !== undefined) {
    if (open.due_at_ms <= dueAtMs) return
    await db.updateTable('job').set({ due_at_ms: dueAtMs }).where('id', '=', open.id).where('state', '=', 'waiting').execute()
    return
  }
  await db
    .insertInto('job')
    .values({
      ...{ id: newId(nowMs), kind, subject_id: 'all', workspace_id: null, due_at_ms: dueAtMs, state: 'waiting', attempts: 0 },
      ...{ last_error: null, ...none, created_at_ms: nowMs, finished_at_ms: null },
    })
    .onConflict((conflict) => conflict.columns(['kind', 'subject_id']).where('finished_at_ms', 'is', null).doNothing())
    .execute()
}

/** When the next job is due; null for none. */
export async function nextDueMs(db: Database, kinds: readonly JobKind[]): Promise<number | null> {
  if (kinds.length === 0) return null
  const row = await db
    .selectFrom('job')
    .select((eb) => eb.fn.min('due_at_ms').as('at'))
    .where('state', '=', 'waiting')
    .where('kind', 'in', kinds)
    .executeTakeFirst()
  return row?.at == null ? null : Number(row.at)
}

const toJob = (row: Omit<JobTable, 'never'>): Job => ({
  id: row.id,
  kind: row.kind,
  subjectId: row.subject_id,
  workspaceId: row.workspace_id,
  dueAtMs: row.due_at_ms,
  attempts: row.attempts,
})
