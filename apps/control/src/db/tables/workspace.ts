import type { Role } from '@sluice/contract/api'
import type { ColumnType } from 'kysely'

// In the form that better-auth reads and writes: times as ISO 8601 text.

/**
 * Indexes:
 * - unique `slug`: better-auth's own look-up
 */
export type WorkspaceTable = { id: string; name: string; slug: string; logo: string | null; metadata: string | null; created_at: string }

/**
 * Indexes:
 * - unique (`workspace_id`, `user_id`): an account is in a workspace once
 * - `workspace_member_by_user_id`: the workspaces of an account, at each request of a browser
 */
export type MemberTable = {
  id: string
  workspace_id: string
  user_id: string
  role: Role
  created_at: string
}

/**
 * Links by which somebody joins. A link is used once: its row goes with it.
 *
 * Indexes:
 * - unique `token_hash`: the link of whoever opens it
 * - `invitation_by_workspace_id`: the list of a workspace
 * - `invitation_by_email`: what is open for an address that signs in through the identity provider
 */
export type InvitationTable = {
  id: string
  workspace_id: string
  role: Role
  /** Only this address may join; null: whoever has the link. */
  email: string | null
  /** The link went out by mail alone: who has it reads that mailbox. */
  is_mailed: boolean
  token_hash: string
  created_by: string
  created_at_ms: number
  expires_at_ms: number
}

export type WorkspaceSettingTable = {
  workspace_id: string
  uplink_kbps: number | null
  /** Members without a second factor see nothing but their account. */
  needs_two_factor: ColumnType<boolean, boolean | undefined, boolean>
  updated_at_ms: number
}
