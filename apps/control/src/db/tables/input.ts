import type { InputRole } from '@sluice/base/words'
import type { ColumnType } from 'kysely'

/**
 * Indexes:
 * - unique `input_role_once` (`channel_id`, `role`): the inputs of a channel, and no role twice
 * - unique `key_hash`: no two inputs have one key
 * - unique `input_srt_port_once`: no two inputs listen at one port; the next free port
 * - `input_by_clip_id`: whether a clip is in use, when it is listed or deleted
 */
export type InputTable = {
  id: string
  channel_id: string
  /** `moving` inside of a transaction that lets two inputs change places. */
  role: ColumnType<InputRole, InputRole, InputRole | 'moving'>
  enabled: boolean
  maintenance: ColumnType<boolean, boolean | undefined, boolean>
  key_sealed: string
  key_hash: string
  srt_latency_ms: number
  srt_passphrase_sealed: string | null
  /** UDP port of its own, for encoders without a stream id; null: none. No two inputs have the same. */
  srt_port: number | null
  /** The listener that the engine calls, without its secrets; null: encoders call. */
  pull_url: string | null
  /** The same with them. */
  pull_sealed: string | null
  /** What the engine plays into it. */
  clip_id: string | null
  test_card: boolean | null
}
