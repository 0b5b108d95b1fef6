import type { DesiredState } from '@sluice/base/words'
import type { EnhancedMode, LatencyMode } from '@sluice/contract/api'
import type { OutputClass } from '@sluice/contract/policy'

/**
 * Indexes:
 * - `output_by_channel_id`: the outputs of a channel, for its spec, its page and its deletion
 * - `output_by_destination_id`: who uses a destination, when it changes or goes
 * - `output_by_workspace_id`: the outputs of a deleted workspace
 */
export type OutputTable = {
  id: string
  workspace_id: string
  channel_id: string
  destination_id: string
  name: string
  class: OutputClass
  priority: number
  /** `auto`, `source` or the id of a rung. */
  rung: string
  latency: LatencyMode
  delay_ms: number
  /** Null: the first, or all that the wire carries. */
  audio_track: number | null
  enhanced: EnhancedMode
  /** Where its destination plays it, without anything secret, and whole; null: nobody set it. */
  probe_url: string | null
  probe_sealed: string | null
  desired: DesiredState
  generation: number
  /** Limits of its own: JSON; null for none. */
  limits: string | null
  /** As in the channel. */
  policy_overrides: string | null
  created_at_ms: number
  updated_at_ms: number
}
