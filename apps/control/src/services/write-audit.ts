import { newId, type Tx } from '../db/index.ts'
import type { Platform, ServiceContext } from './context.ts'

/** Fields that say that a secret changed; what it is stays out. */
type AuditDetail = Record<string, string | number | boolean | null | readonly string[]>

export type AuditNote = {
  /** `output.start`: entity and verb. */
  action: string
  subjectId: string | null
  /** One sentence, past tense, with names and no secrets. */
  summary: string
  /** What changed, without secrets. */
  detail?: AuditDetail
}

/** Who acts where, and the time. */
type AuditContext = Pick<ServiceContext, 'workspaceId' | 'actor'> & { readonly platform: Pick<Platform, 'clock'> }

/** Writes who did what, in the verb's own transaction: no change without its row. */
export async function audit(tx: Tx, ctx: AuditContext, note: AuditNote): Promise<void> {
  const nowMs = ctx.platform.clock.wallMs()
  await tx
    .insertInto('audit')
    .values({
      id: newId(nowMs),
      workspace_id: ctx.workspaceId,
      at_ms: nowMs,
      actor_kind: ctx.actor.kind,
      actor_id: ctx.actor.id,
      actor: ctx.actor.name,
      action: note.action,
      subject_id: note.subjectId,
      summary: note.summary,
      detail: JSON.stringify(note.detail ?? {}),
    })
    .execute()
}
