import type { Recording } from '@sluice/contract/api'

/**
 * A recorded broadcast. It outlives its channel, as the broadcast does.
 * Indexes:
 * - primary key `id`: one recording
 * - `recording_by_workspace_started`: the list of a workspace, newest first
 * - `recording_by_channel_started`: the list of a channel, newest first
 * - `recording_by_state_ended_at_ms`: those that run, those that wait for their check, and those that are past their time
 */
export type RecordingTable = {
  id: string
  workspace_id: string
  channel_id: string
  channel_name: string
  name: string
  state: Recording['state']
  started_by: Recording['startedBy']
  started_at_ms: number
  ended_at_ms: number | null
  ended_by: Recording['endedBy']
  duration_ms: number
  bytes: number
  lost_ms: number
  problem_code: string | null
  problem: string | null
  pinned: boolean
  /** When its engine was last heard to write it. */
  seen_at_ms: number
  /** RecordingMetadata without its `recording`: JSON; null until it was checked. */
  metadata: string | null
}
