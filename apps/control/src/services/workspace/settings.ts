import { PatchWorkspaceSettingsBody, type WorkspaceSettings } from '@sluice/contract/api'
import type { Reader } from '../../db/index.ts'
import { audit, inTransaction, parseInput, requireScope, type ServiceContext } from '../index.ts'

/** What the workspace's line out carries, or null. */
export async function uplinkKbps(db: Reader, workspaceId: string): Promise<number | null> {
  const row = await db.selectFrom('workspace_setting').select('uplink_kbps').where('workspace_id', '=', workspaceId).executeTakeFirst()
  return row?.uplink_kbps ?? null
}

/** What holds for the whole workspace. */
export async function getWorkspaceSettings(ctx: ServiceContext): Promise<WorkspaceSettings> {
  requireScope(ctx, 'channel:read')
  return { uplinkKbps: await uplinkKbps(ctx.platform.db, ctx.workspaceId) }
}

/** Changes what holds for the whole workspace. */
export async function updateWorkspaceSettings(ctx: ServiceContext, input: unknown): Promise<WorkspaceSettings> {
  requireScope(ctx, 'workspace:write')
  const patch = parseInput(PatchWorkspaceSettingsBody, input)
  return inTransaction(ctx, async (tx) => {
    const before = await uplinkKbps(tx, ctx.workspaceId)
    const wanted = patch.uplinkKbps === undefined ? before : patch.uplinkKbps
    if (wanted !== before) {
      const row = { uplink_kbps: wanted, updated_at_ms: ctx.platform.clock.wallMs() }
      await tx
        .insertInto('workspace_setting')
        .values({ workspace_id: ctx.workspaceId, ...row })
        .onConflict((conflict) => conflict.column('workspace_id').doUpdateSet(row))
        .execute()
      const summary = wanted === null ? 'The uplink is not declared any more.' : `Declared an uplink of ${wanted} kbps.`
      await audit(tx, ctx, { action: 'workspace.settings', subjectId: ctx.workspaceId, summary, detail: { before, after: wanted } })
    }
    return { uplinkKbps: wanted }
  })
}
