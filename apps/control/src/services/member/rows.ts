import { sql } from 'kysely'
import type { Tx } from '../../db/index.ts'
import { notFound, ProblemError } from '../index.ts'

/** Holds a workspace's row until the end of the transaction: of two owners that leave at once the second sees that the first has gone. */
export async function holdWorkspace(tx: Tx, workspaceId: string): Promise<void> {
  await tx.updateTable('workspace').set({ name: sql`name` }).where('id', '=', workspaceId).execute()
}

/** Throws NOT_FOUND for who is in no workspace, or in another one. */
export async function memberInWorkspace(tx: Tx, workspaceId: string, userId: string) {
  const row = await tx
    .selectFrom('workspace_member')
    .innerJoin('auth_user', 'auth_user.id', 'workspace_member.user_id')
    .select(['workspace_member.id', 'workspace_member.role', 'auth_user.name', 'auth_user.email'])
    .where('workspace_member.workspace_id', '=', workspaceId)
    .where('workspace_member.user_id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) throw notFound('person', userId)
  return row
}

/** Throws LAST_OWNER where nobody but this person owns the workspace, whose row the caller holds. */
export async function requireOtherOwner(tx: Tx, workspaceId: string, userId: string): Promise<void> {
  const other = await tx
    .selectFrom('workspace_member')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('role', '=', 'owner')
    .where('user_id', '!=', userId)
    .limit(1)
    .executeTakeFirst()
  if (other === undefined)
    throw new ProblemError('LAST_OWNER', 'This is the only owner of the workspace. Make somebody else an owner first.')
}
