import type { BroadcastEnd } from '@sluice/contract/link'

/**
 * One run of a channel. It outlives its channel, as the timeline does.
 * Indexes:
 * - primary key `id`: one broadcast
 * - unique `broadcast_by_channel_start` (`channel_id`, `started_at_ms`): a channel's broadcasts, newest first; no run twice
 * - `broadcast_by_workspace_id`: the broadcasts of a deleted workspace
 * - `broadcast_by_ended_at_ms`: those that run, and those that are past their time
 * - unique `broadcast_by_ended_seq`: which ends are read out of the log already
 */
export type BroadcastTable = {
  id: string
  workspace_id: string
  channel_id: string
  started_at_ms: number
  /** When the last media left; null while it runs. */
  ended_at_ms: number | null
  ended_by: BroadcastEnd | null
  /** Publish success over all outputs. */
  wanted_ms: number
  live_ms: number
  /** The publish success of each output: JSON, BroadcastFigures['outputs']. */
  outputs: string
  /** As of when the figures are. */
  seen_at_ms: number
  /** The event `broadcast.ended`, whose figures these are; null while it runs, and where its engine told no end. */
  ended_seq: number | null
}
