import type { OutputClass } from '@sluice/contract/policy'

/**
 * Indexes:
 * - unique `token_hash`: the link of a guest's request
 * - `guest_link_by_channel_id` (`channel_id`, `id`): the list of a channel's links
 */
export type GuestLinkTable = {
  id: string
  workspace_id: string
  channel_id: string
  name: string
  token_hash: string
  class: OutputClass
  max_outputs: number
  created_by: string
  created_at_ms: number
  expires_at_ms: number
  ended: 'expired' | 'revoked' | null
  ended_at_ms: number | null
  last_used_at_ms: number | null
}
