import type { Role } from '@sluice/contract/api'

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

export type WorkspaceSettingTable = { workspace_id: string; uplink_kbps: number | null; updated_at_ms: number }
