import { isoTime } from '@sluice/base/clock'
import { type AuditEntry, AuditQuery, type Page } from '@sluice/contract/api'
import { sql } from 'kysely'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'

/** Who did what in this workspace, newest first. */
export async function listAudit(ctx: ServiceContext, query: unknown): Promise<Page<AuditEntry>> {
  requireScope(ctx, 'audit:read')
  return auditOf(ctx, null, query)
}

/** The same of one subject; null: of all. The caller has checked who asks. */
export async function auditOf(ctx: ServiceContext, subjectId: string | null, query: unknown): Promise<Page<AuditEntry>> {
  const { after, limit, who, what, from, until } = parseInput(AuditQuery, query)
  const rows = await ctx.platform.db
    .selectFrom('audit')
    .selectAll()
    .where('workspace_id', '=', ctx.workspaceId)
    .$if(subjectId !== null, (select) => select.where('subject_id', '=', subjectId))
    .$if(after !== undefined, (select) => select.where('id', '<', after!))
    .$if(who !== undefined, (select) => select.where(holds('actor', who!)))
    .$if(what !== undefined, (select) => select.where((where) => where.or([holds('action', what!), holds('summary', what!)])))
    .$if(from !== undefined, (select) => select.where('at_ms', '>=', Date.parse(from!)))
    .$if(until !== undefined, (select) => select.where('at_ms', '<', Date.parse(until!)))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, (row) => row.id, toEntry)
}

/** Whether a column has this text in it, whatever its capitals (of ASCII alone on SQLite). */
const holds = (column: 'actor' | 'action' | 'summary', text: string) =>
  sql<boolean>`lower(${sql.ref(column)}) like ${`%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`

type AuditRow = { id: string; at_ms: number; actor: string; action: string; subject_id: string | null; summary: string }

const toEntry = (row: AuditRow): AuditEntry => ({
  id: row.id,
  at: isoTime(row.at_ms),
  actor: row.actor,
  action: row.action,
  subjectId: row.subject_id,
  summary: row.summary,
})
