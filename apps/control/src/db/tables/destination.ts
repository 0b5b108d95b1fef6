import type { CredentialKind, RotationState } from '@sluice/contract/api'
import type { OutputClass } from '@sluice/contract/policy'
import type { ColumnType, Generated } from 'kysely'

/**
 * Indexes:
 * - `destination_by_workspace_id`: the list of a workspace's destinations, by id
 * - `destination_by_guest_link_id`: what a guest added, when the link is shown or ends
 */
export type DestinationTable = {
  id: string
  workspace_id: string
  name: string
  platform: string
  /** `output`: made with an output, and goes with it; `kept`: made for itself. */
  origin: 'kept' | 'output'
  /** Without the key, and without the passphrase that an SRT address may carry. */
  url: string
  passphrase_sealed: string | null
  /** The query of an RTMP application, where it may hold a token. */
  query_sealed: string | null
  key_sealed: string | null
  key_hint: string | null
  class: OutputClass
  tls_verify: boolean
  credential: ColumnType<CredentialKind, CredentialKind | undefined, CredentialKind>
  /** `workspace`: any of its channels; `channels`: those in `destination_grant`. */
  granted_to: ColumnType<'workspace' | 'channels', 'workspace' | 'channels' | undefined, 'workspace' | 'channels'>
  /** Rises with each change of address or key: by it an engine says which one an output uses. */
  place_no: Generated<number>
  /** The key that takes over at `next_at_ms`. */
  next_key_sealed: string | null
  next_key_hint: string | null
  next_at_ms: number | null
  next_by: string | null
  rotate_every_days: number | null
  rotated_at_ms: number | null
  rotated_by: string | null
  /** How the last rotation went, as far as it is known. */
  rotation_state: RotationState | null
  /** The operator heard once that this due date has passed. */
  overdue_told_at_ms: number | null
  last_used_at_ms: number | null
  guest_link_id: string | null
  created_at_ms: number
  updated_at_ms: number
}

/**
 * Indexes:
 * - primary key (`destination_id`, `channel_id`): the channels that a destination is granted to
 * - `destination_grant_by_channel_id`: the grants that go with a deleted channel
 */
export type DestinationGrantTable = { destination_id: string; channel_id: string }
