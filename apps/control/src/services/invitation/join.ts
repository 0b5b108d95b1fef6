import type { Tx } from '../../db/index.ts'
import { ProblemError, recordChange, type WriteContext } from '../index.ts'
import { insertMember } from '../workspace/index.ts'
import type { InvitationRow } from './records.ts'

/** Makes an account a member with the role of its invitation, which the caller has taken. Throws MEMBER_ALREADY. */
export async function joinBy(
  tx: Tx,
  write: WriteContext,
  invitation: Pick<InvitationRow, 'workspace_id' | 'role' | 'created_by'>,
  userId: string,
): Promise<void> {
  const { workspace_id: workspaceId, role, created_by: by } = invitation
  const member = await tx
    .selectFrom('workspace_member')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (member !== undefined) throw new ProblemError('MEMBER_ALREADY', 'You are in this workspace already.')
  await insertMember(tx, { workspaceId, userId, role, nowMs: write.platform.clock.wallMs() })
  await recordChange(tx, write, {
    channels: [],
    audit: { action: 'member.join', subjectId: userId, summary: `Joined as ${role}, invited by ${by}.`, detail: { role } },
    event: null,
    also: [{ type: 'access', actorId: userId }],
  })
}
