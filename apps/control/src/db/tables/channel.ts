import type { ChannelRecording, ChannelSlate } from '@sluice/contract/api'
import type { SourceLock } from '@sluice/contract/link'
import type { Generated } from 'kysely'

/**
 * Indexes:
 * - `channel_by_workspace_id`: the list of a workspace's channels, by id
 * - unique `channel_play_id`: no two channels play under one name
 * - unique `play_token_hash`: no two channels have one token
 * - `channel_by_slate_clip_id`: whether a clip is in use, when it is listed or deleted
 */
export type ChannelTable = {
  id: string
  workspace_id: string
  name: string
  lock: SourceLock
  /** What was set on the channel for the failure of an input: JSON; null for nothing. */
  failover: string | null
  /** AutoRollback as JSON; null: off. */
  auto_rollback: string | null
  /** Latency budgets of its own as JSON; null for none. */
  latency_budgets: string | null
  /** Who let which setting stand outside of the classes, and why: JSON; null for none. */
  policy_overrides: string | null
  /** Rises with every change that an engine must hear of. */
  revision: number
  engine_id: string | null
  /** The random names of its HLS playback: for viewers, and for the preview of operators. */
  play_id: Generated<string>
  preview_id: Generated<string>
  play_token_sealed: string
  play_token_hash: string
  /** `name`, `last-picture`, `clip`; null: `name`. */
  slate_shows: ChannelSlate['shows'] | null
  slate_clip_id: string | null
  /** The prepared slate that its engine is told of; the file has this name. */
  slate_key: string | null
  /** When the show was ended; null: it was not, or a new broadcast has begun since. Each end has a time of its own. */
  ended_at_ms: Generated<number | null>
  ended_by: Generated<string | null>
  /** What the player page says: EventPage as JSON; null: nothing was set. */
  page: Generated<string | null>
  /** What the player gets beside the source: PlaybackLadder as JSON; null: nothing. */
  ladder: Generated<string | null>
  /** How it is played: Viewing as JSON; null: as usual. */
  viewing: Generated<string | null>
  /** Whether every broadcast is recorded. */
  recording_mode: Generated<ChannelRecording['mode']>
  recording_keep_days: Generated<number | null>
  /** The recording under way; null: there is none. */
  recording_id: Generated<string | null>
  /** Somebody stopped the recording of this broadcast: the next one is recorded again. */
  recording_paused: Generated<boolean>
  created_at_ms: number
  updated_at_ms: number
}
