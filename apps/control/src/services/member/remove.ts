import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { holdWorkspace, memberInWorkspace, requireOtherOwner } from './rows.ts'

/** Takes a person out of the workspace: their next request here is refused, and their event streams end. The account stays. [TEAM-01] */
export async function removeMember(ctx: ServiceContext, userId: string): Promise<void> {
  requireScope(ctx, 'member:write')
  await endMembership(ctx, userId, 'member.remove', (name) => `Removed ${name} from the workspace.`)
}

/** The caller, a person, leaves the workspace that they work in. */
export async function leaveWorkspace(ctx: ServiceContext): Promise<void> {
  await endMembership(ctx, ctx.actor.id, 'member.leave', () => 'Left the workspace.')
}

async function endMembership(ctx: ServiceContext, userId: string, action: string, sentence: (who: string) => string): Promise<void> {
  await inTransaction(ctx, async (tx, write) => {
    await holdWorkspace(tx, ctx.workspaceId)
    const member = await memberInWorkspace(tx, ctx.workspaceId, userId)
    if (member.role === 'owner') await requireOtherOwner(tx, ctx.workspaceId, userId)
    await tx.deleteFrom('workspace_member').where('id', '=', member.id).execute()
    // Sessions go on in another workspace of the person, if there is one.
    await tx
      .updateTable('auth_session')
      .set({ active_workspace_id: null })
      .where('user_id', '=', userId)
      .where('active_workspace_id', '=', ctx.workspaceId)
      .execute()
    await recordChange(tx, write, {
      channels: [],
      audit: { action, subjectId: userId, summary: sentence(`${member.name} (${member.email})`), detail: { role: member.role } },
      event: null,
      also: [{ type: 'access', actorId: userId }],
    })
  })
}
