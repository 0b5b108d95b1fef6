import { type Page, PageQuery, type PolicyVersion } from '@sluice/contract/api'
import { type OutputClass, outputClasses } from '@sluice/contract/policy'
import { pageOf, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { currentVersions, toVersion } from './records.ts'

/** The three classes as they hold in this workspace. */
export async function listPolicies(ctx: ServiceContext): Promise<Page<PolicyVersion>> {
  requireScope(ctx, 'channel:read')
  const current = await currentVersions(ctx.platform.db, ctx.workspaceId)
  return { items: outputClasses.map((name) => current[name]), next: null }
}

/** Every version of a class since its first edit, newest first. */
export async function policyVersions(ctx: ServiceContext, outputClass: OutputClass, query: unknown): Promise<Page<PolicyVersion>> {
  requireScope(ctx, 'channel:read')
  const { after, limit } = parseInput(PageQuery, query)
  const before = Number(after)
  const rows = await ctx.platform.db
    .selectFrom('class_policy')
    .selectAll()
    .where('workspace_id', '=', ctx.workspaceId)
    .where('class', '=', outputClass)
    .$if(Number.isSafeInteger(before), (select) => select.where('version', '<', before))
    .orderBy('version', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, (row) => String(row.version), toVersion)
}
