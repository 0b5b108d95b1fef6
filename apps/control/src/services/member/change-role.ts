import { type Member, PatchMemberBody } from '@sluice/contract/api'
import { inTransaction, notFound, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { getMember } from './list.ts'
import { holdWorkspace, memberInWorkspace, requireOtherOwner } from './rows.ts'

/** Gives a person another role: it holds with their next request, and their event streams open anew under it. [TEAM-01] */
export async function changeRole(ctx: ServiceContext, userId: string, input: unknown): Promise<Member> {
  requireScope(ctx, 'member:write')
  const { role } = parseInput(PatchMemberBody, input)
  await inTransaction(ctx, async (tx, write) => {
    await holdWorkspace(tx, ctx.workspaceId)
    const before = await memberInWorkspace(tx, ctx.workspaceId, userId)
    if (before.role === role) return
    if (before.role === 'owner') await requireOtherOwner(tx, ctx.workspaceId, userId)
    await tx.updateTable('workspace_member').set({ role }).where('id', '=', before.id).execute()
    await recordChange(tx, write, {
      channels: [],
      audit: {
        action: 'member.role',
        subjectId: userId,
        summary: `Changed the role of ${before.name} (${before.email}) from ${before.role} to ${role}.`,
        detail: { before: before.role, after: role },
      },
      event: null,
      also: [{ type: 'access', actorId: userId }],
    })
  })
  const member = await getMember(ctx, userId)
  // Removed between the two looks.
  if (member === undefined) throw notFound('person', userId)
  return member
}
