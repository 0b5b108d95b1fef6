import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { memberInWorkspace } from './rows.ts'

/** Signs a person out of every browser that works in this workspace: a lost laptop, a shared desk after the show. */
export async function endMemberSessions(ctx: ServiceContext, userId: string): Promise<void> {
  requireScope(ctx, 'member:write')
  await inTransaction(ctx, async (tx, write) => {
    const member = await memberInWorkspace(tx, ctx.workspaceId, userId)
    const ended = await tx
      .deleteFrom('auth_session')
      .where('user_id', '=', userId)
      .where((where) => where.or([where('active_workspace_id', '=', ctx.workspaceId), where('active_workspace_id', 'is', null)]))
      .returning('id')
      .execute()
    await recordChange(tx, write, {
      channels: [],
      audit: {
        action: 'member.sign-out',
        subjectId: userId,
        summary: `Signed ${member.name} (${member.email}) out of ${ended.length === 1 ? '1 browser' : `${ended.length} browsers`}.`,
        detail: { endedSessions: ended.length },
      },
      event: null,
      also: [{ type: 'access', actorId: userId }],
    })
  })
}
