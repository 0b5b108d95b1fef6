import { isoTime } from '@sluice/base/clock'
import { type AuditEntry, type Page, PageQuery } from '@sluice/contract/api'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'

/** Who did what in this workspace, newest first. */
export async function listAudit(ctx: ServiceContext, query: unknown): Promise<Page<AuditEntry>> {
  requireScope(ctx, 'workspace:write')
  return auditOf(ctx, null, query)
}

/** The same of one subject; null: of all. The caller has checked who asks. */
export async function auditOf(ctx: ServiceContext, subjectId: string | null, query: unknown): Promise<Page<AuditEntry>> {
  const { after, limit } = parseInput(PageQuery, query)
  const rows = await ctx.platform.db
    .selectFrom('audit')
    .selectAll()
    .where('workspace_id', '=', ctx.workspaceId)
    .$if(subjectId !== null, (select) => select.where('subject_id', '=', subjectId))
    .$if(after !== undefined, (select) => select.where('id', '<', after!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, (row) => row.id, toEntry)
}

type AuditRow = { id: string; at_ms: number; actor: string; action: string; subject_id: string | null; summary: string }

const toEntry = (row: AuditRow): AuditEntry => ({
  id: row.id,
  at: isoTime(row.at_ms),
  actor: row.actor,
  action: row.action,
  subjectId: row.subject_id,
  summary: row.summary,
})
