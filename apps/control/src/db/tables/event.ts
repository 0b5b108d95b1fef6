import type { EventName, Severity } from '@sluice/contract/events'
import type { Generated } from 'kysely'

/**
 * Indexes:
 * - primary key `seq`: what came after the last event that a stream has seen; the oldest, to delete them
 * - `event_by_channel_id_seq`: a channel's timeline, its switches, and triage
 * - `event_by_workspace_id_seq`: a workspace's log
 * - `event_by_at_ms`: the events that are past their time
 * - unique `event_engine_seq` (`engine_run_id`, `engine_seq`): the last event of an engine's run, and no event twice
 */
export type EventTable = {
  seq: Generated<number>
  /** Null: about the machine, for all workspaces. */
  workspace_id: string | null
  channel_id: string | null
  subject_id: string | null
  at_ms: number
  name: EventName
  severity: Severity
  message: string
  data: string
  engine_run_id: string | null
  engine_seq: number | null
}
