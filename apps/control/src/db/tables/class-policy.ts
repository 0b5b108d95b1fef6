import type { OutputClass } from '@sluice/contract/policy'
import type { ActorKind } from './audit.ts'

/**
 * One version of one class's policy; the highest holds. Rows are added and never changed.
 * Indexes:
 * - primary key (`workspace_id`, `class`, `version`): the policies in force, and the versions of one
 */
export type ClassPolicyTable = {
  workspace_id: string
  class: OutputClass
  version: number
  /** What Sluice ships holds, `policy` is what that was at the time. */
  is_shipped: boolean
  policy: string
  at_ms: number
  actor_kind: ActorKind
  actor_id: string
  actor: string
  reason: string
}
