/**
 * Indexes:
 * - unique `hash`: the key of a request
 * - `api_key_by_workspace_id`: the list of a workspace's keys
 */
export type ApiKeyTable = {
  id: string
  workspace_id: string
  name: string
  prefix: string
  hash: string
  scopes: string
  created_at_ms: number
  last_used_at_ms: number | null
  expires_at_ms: number | null
}
