import type { Generated } from 'kysely'

/**
 * A player of a channel. `sites`, `look` and `start` are those of the contract as JSON. `play_id` is stored as it is: the API shows it to
 * every reader of the channel.
 *
 * Indexes:
 * - primary key `id`: one player
 * - unique `play_id`: the player of an address
 * - `player_once` (channel, name): the players of a channel, and one of a name
 * - `player_by_workspace_id`: the players of a deleted workspace
 */
export type PlayerTable = {
  id: string
  workspace_id: string
  channel_id: string
  play_id: string
  name: string
  sites: string
  look: string
  start: string
  created_at_ms: number
  updated_at_ms: number
}

/**
 * What the viewers of one format saw in one minute; it outlives its channel. Counts of spans (`startup`, `latency`), of errors by kind and of
 * views that reached a minute of watching are JSON. `broadcast_at_ms`: the start of the broadcast; null while none ran.
 *
 * Indexes:
 * - `playback_minute_by_broadcast` (channel, broadcast): the minutes of a broadcast
 * - `playback_minute_by_at`: those that are past their time
 * - `playback_minute_by_workspace_id`: those of a deleted workspace
 */
export type PlaybackMinuteTable = {
  seq: Generated<number>
  workspace_id: string
  channel_id: string
  broadcast_at_ms: number | null
  at_ms: number
  rung: string
  step: string
  viewers: number
  starts: number
  exits: number
  played_ms: number
  stalls: number
  stalled_ms: number
  startup: string
  latency: string
  errors: string
  reached: string
}
