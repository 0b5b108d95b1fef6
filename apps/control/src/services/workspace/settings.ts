import { PatchWorkspaceSettingsBody, type WorkspaceSettings } from '@sluice/contract/api'
import type { Reader, Tx } from '../../db/index.ts'
import { audit, inTransaction, ProblemError, parseInput, requireScope, type ServiceContext } from '../index.ts'

/** What the workspace's line out carries, or null. */
export async function uplinkKbps(db: Reader, workspaceId: string): Promise<number | null> {
  const row = await db.selectFrom('workspace_setting').select('uplink_kbps').where('workspace_id', '=', workspaceId).executeTakeFirst()
  return row?.uplink_kbps ?? null
}

async function settingsOf(db: Reader, workspaceId: string): Promise<WorkspaceSettings> {
  const row = await db.selectFrom('workspace_setting').selectAll().where('workspace_id', '=', workspaceId).executeTakeFirst()
  return { uplinkKbps: row?.uplink_kbps ?? null, needsTwoFactor: row?.needs_two_factor ?? false }
}

/** What holds for the whole workspace. */
export async function getWorkspaceSettings(ctx: ServiceContext): Promise<WorkspaceSettings> {
  requireScope(ctx, 'channel:read')
  return settingsOf(ctx.platform.db, ctx.workspaceId)
}

/** Changes what holds for the whole workspace. */
export async function updateWorkspaceSettings(ctx: ServiceContext, input: unknown): Promise<WorkspaceSettings> {
  requireScope(ctx, 'workspace:write')
  const patch = parseInput(PatchWorkspaceSettingsBody, input)
  // Who gets in is an owner's business, not a program's.
  if (patch.needsTwoFactor !== undefined) requireScope(ctx, 'member:write')
  return inTransaction(ctx, async (tx) => {
    const before = await settingsOf(tx, ctx.workspaceId)
    const wanted: WorkspaceSettings = {
      uplinkKbps: patch.uplinkKbps === undefined ? before.uplinkKbps : patch.uplinkKbps,
      needsTwoFactor: patch.needsTwoFactor ?? before.needsTwoFactor,
    }
    if (wanted.uplinkKbps === before.uplinkKbps && wanted.needsTwoFactor === before.needsTwoFactor) return wanted
    if (wanted.needsTwoFactor && !before.needsTwoFactor) await requireOwnFactor(tx, ctx)
    const row = {
      uplink_kbps: wanted.uplinkKbps,
      needs_two_factor: wanted.needsTwoFactor,
      updated_at_ms: ctx.platform.clock.wallMs(),
    }
    await tx
      .insertInto('workspace_setting')
      .values({ workspace_id: ctx.workspaceId, ...row })
      .onConflict((conflict) => conflict.column('workspace_id').doUpdateSet(row))
      .execute()
    for (const { summary, detail } of changesOf(before, wanted)) {
      await audit(tx, ctx, { action: 'workspace.settings', subjectId: ctx.workspaceId, summary, detail })
    }
    return wanted
  })
}

function changesOf(before: WorkspaceSettings, after: WorkspaceSettings) {
  const uplink = after.uplinkKbps === null ? 'Removed the declared uplink.' : `Declared an uplink of ${after.uplinkKbps} kbps.`
  const factor = after.needsTwoFactor ? 'Everybody now needs two-factor sign-in.' : 'Two-factor sign-in is up to each person.'
  return [
    ...(before.uplinkKbps === after.uplinkKbps
      ? []
      : [{ summary: uplink, detail: { before: before.uplinkKbps, after: after.uplinkKbps } }]),
    ...(before.needsTwoFactor === after.needsTwoFactor ? [] : [{ summary: factor, detail: { needsTwoFactor: after.needsTwoFactor } }]),
  ]
}

/** Who asks it of everybody would else shut themselves out with the same press. */
async function requireOwnFactor(tx: Tx, { actor }: ServiceContext): Promise<void> {
  if (actor.kind !== 'user') return
  const user = await tx.selectFrom('auth_user').select('two_factor_enabled').where('id', '=', actor.id).executeTakeFirst()
  if (user?.two_factor_enabled === 1) return
  throw new ProblemError('TWO_FACTOR_STATE', 'Turn on two-factor sign-in for your own account first, then ask it of everybody.')
}
