import { audit, inTransaction, notFound, requireScope, type ServiceContext } from '../index.ts'

/** Revokes an invitation: its link is dead at once. */
export async function revokeInvitation(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'member:write')
  await inTransaction(ctx, async (tx) => {
    const row = await tx
      .deleteFrom('invitation')
      .where('id', '=', id)
      .where('workspace_id', '=', ctx.workspaceId)
      .returning(['email', 'role'])
      .executeTakeFirst()
    if (row === undefined) throw notFound('invitation', id)
    const summary = `Revoked the invitation of ${row.email ?? 'anyone with the link'} as ${row.role}.`
    await audit(tx, ctx, { action: 'invitation.revoke', subjectId: id, summary })
  })
}
