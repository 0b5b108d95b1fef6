import type { Role } from '@sluice/contract/api'
import { newId, type Reader, type Tx } from '../../db/index.ts'

/** A workspace in the form that the accounts library reads; its id is its slug, names may repeat. */
export async function insertWorkspace(tx: Tx, { id, name, nowMs }: { id: string; name: string; nowMs: number }): Promise<void> {
  const created_at = new Date(nowMs).toISOString()
  await tx.insertInto('workspace').values({ id, name, slug: id, logo: null, metadata: null, created_at }).execute()
}

export async function insertMember(tx: Tx, member: { workspaceId: string; userId: string; role: Role; nowMs: number }): Promise<void> {
  await tx
    .insertInto('workspace_member')
    .values({
      id: newId(member.nowMs),
      workspace_id: member.workspaceId,
      user_id: member.userId,
      role: member.role,
      created_at: new Date(member.nowMs).toISOString(),
    })
    .execute()
}

/** The workspace that the operator's token works in unless it names another: the oldest. */
export const oldestWorkspace = (db: Reader): Promise<{ id: string; name: string } | undefined> =>
  db.selectFrom('workspace').select(['id', 'name']).orderBy('created_at').orderBy('id').limit(1).executeTakeFirst()
