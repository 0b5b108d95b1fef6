import type { AuditEntry, Page } from '@sluice/contract/api'
import { auditOf } from '../audit/index.ts'
import { requireScope, type ServiceContext } from '../index.ts'
import { destinationRecord } from './records.ts'

/** Who did what with a destination, newest first. [OUT-14] */
export async function destinationAudit(ctx: ServiceContext, id: string, query: unknown): Promise<Page<AuditEntry>> {
  requireScope(ctx, 'destination:write')
  await destinationRecord(ctx.platform.db, ctx.workspaceId, id)
  return auditOf(ctx, id, query)
}
