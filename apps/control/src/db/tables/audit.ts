/** Who acts. `operator` is the bearer of SLUICE_ADMIN_TOKEN, `guest` of a guest link; `system` is what was planned and is due. */
export type ActorKind = 'user' | 'api-key' | 'operator' | 'guest' | 'system'

/**
 * Indexes:
 * - `audit_by_workspace_id_id`: what was done in a workspace, newest first
 * - `audit_by_subject_id_id`: the same of one destination
 */
export type AuditTable = {
  id: string
  workspace_id: string
  at_ms: number
  actor_kind: ActorKind
  actor_id: string
  actor: string
  action: string
  subject_id: string | null
  summary: string
  detail: string
}
