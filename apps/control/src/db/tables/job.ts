/** What is done at its time, whoever is looking. */
export const jobKinds = [
  'key.rotate',
  'key.overdue',
  'guest.expire',
  'clip.convert',
  'history.prune',
  'recording.finish',
  'recording.prune',
] as const
export type JobKind = (typeof jobKinds)[number]

/**
 * Work that is due at a time and done once, over restarts.
 * Indexes:
 * - primary key `id`: to end one
 * - unique `job_by_open_subject` (`kind`, `subject_id`), of those that are not finished: planning again moves the job, and makes no second one
 * - `job_by_state_due_at_ms`: what is due, and when the next one is
 * - `job_by_finished_at_ms`: the finished ones that are past their time
 * - `job_by_workspace_id`: the jobs of a deleted workspace
 */
export type JobTable = {
  id: string
  kind: JobKind
  /** What it is about: an id, or a word where the kind says it all. */
  subject_id: string
  /** Null: about the machine. */
  workspace_id: string | null
  due_at_ms: number
  state: 'waiting' | 'running' | 'done' | 'failed'
  /** How often it was begun. */
  attempts: number
  last_error: string | null
  /** The control that runs it, and until when nobody else may. */
  lease_holder: string | null
  lease_until_ms: number | null
  created_at_ms: number
  finished_at_ms: number | null
}
