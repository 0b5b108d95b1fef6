import type { SourceLock } from '@sluice/contract/link'
import type { ColumnType, Generated } from 'kysely'

/** A channel that was cut down to its most important outputs: what is given back when that is taken back. */
export type ChannelRollbackTable = {
  channel_id: string
  at_ms: number
  actor: string
  /** `by hand`, or what the automatic rollback saw. */
  cause: string
  keep: number
  lock_before: SourceLock
  /** Ids of the outputs that were running before, as JSON. */
  stopped: string
  /** It began by itself. */
  is_automatic: ColumnType<boolean, boolean | undefined, boolean>
  /** Windows of stability after which it ends by itself. */
  hold_windows: Generated<number>
}

/** How the last rollback of a channel ended. */
export type ChannelGuardrailTable = {
  channel_id: string
  ended_at_ms: number
  was_automatic: boolean
  hold_windows: number
}

/**
 * A minute of what the automatic rollback judges: kept so that a restart of control loses no window.
 * Indexes:
 * - primary key (`channel_id`, `start_ms`): a channel's minutes in order, and deleting its oldest
 */
export type GuardrailSlotTable = {
  channel_id: string
  start_ms: number
  /** How much of it was seen. */
  covered_ms: number
  /** Packets, or frames where packets can't be counted. */
  lost: number
  due: number
  down_ms: number
  wanted_ms: number
  /** Running frame rate in 1/1000 frames a second; 0 while unknown. */
  fps_milli: number
}
