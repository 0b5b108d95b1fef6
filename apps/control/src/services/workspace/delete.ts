import { DeleteWorkspaceQuery } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { deleteChannel } from '../channel/index.ts'
import { deleteClip } from '../clip/index.ts'
import { audit, inTransaction, ProblemError, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { deletePicture } from '../picture/index.ts'

/**
 * Deletes the workspace that the caller works in, with everything in it. Channels go first, each as if it were deleted alone, so that
 * outputs close and encoders are let go while the rest still stands; then clips and pictures with their files; then the rows. Accounts stay: they may be
 * in other workspaces. Asked again after it broke off, it goes on where it was.
 */
export async function deleteWorkspace(ctx: ServiceContext, query: unknown): Promise<void> {
  requireScope(ctx, 'workspace:delete')
  const { name: typed } = parseInput(DeleteWorkspaceQuery, query)
  const { db } = ctx.platform
  const { name } = await db.selectFrom('workspace').select('name').where('id', '=', ctx.workspaceId).executeTakeFirstOrThrow()
  if (typed.trim().normalize('NFC') !== name) {
    throw new ProblemError('REQUEST_INVALID', `name: Type the name of the workspace, ${name}.`, [
      { path: 'name', message: 'This is not the name of the workspace.' },
    ])
  }
  await requireOther(db, ctx.workspaceId)
  for (const { id } of await db.selectFrom('channel').select('id').where('workspace_id', '=', ctx.workspaceId).execute()) {
    await deleteChannel(ctx, id)
  }
  for (const { id } of await db.selectFrom('clip').select('id').where('workspace_id', '=', ctx.workspaceId).execute()) {
    await deleteClip(ctx, id)
  }
  for (const { id } of await db.selectFrom('picture').select('id').where('workspace_id', '=', ctx.workspaceId).execute()) {
    await deletePicture(ctx, id)
  }
  await inTransaction(ctx, async (tx, write) => {
    await requireOther(tx, ctx.workspaceId)
    const { workspaceId } = ctx
    const members = await tx.selectFrom('workspace_member').select('user_id').where('workspace_id', '=', workspaceId).execute()
    const keys = await tx.selectFrom('api_key').select('id').where('workspace_id', '=', workspaceId).execute()
    // One that somebody made in the meantime.
    const channels = await tx.selectFrom('channel').select('id').where('workspace_id', '=', workspaceId).execute()
    await tx.deleteFrom('output').where('workspace_id', '=', workspaceId).execute()
    await tx.deleteFrom('channel').where('workspace_id', '=', workspaceId).execute()
    await tx.updateTable('auth_session').set({ active_workspace_id: null }).where('active_workspace_id', '=', workspaceId).execute()
    await tx.deleteFrom('workspace').where('id', '=', workspaceId).execute()
    await noteElsewhere(tx, ctx, name)
    for (const { id } of channels) write.note({ type: 'gone', workspaceId, channelId: id, kind: 'channel', id })
    for (const actorId of [...members.map(({ user_id }) => user_id), ...keys.map(({ id }) => id)]) write.note({ type: 'access', actorId })
  })
}

/** The admin token and whoever signs in need a workspace to be in. */
async function requireOther(db: Pick<Tx, 'selectFrom'>, workspaceId: string): Promise<void> {
  const other = await db.selectFrom('workspace').select('id').where('id', '!=', workspaceId).limit(1).executeTakeFirst()
  if (other === undefined) throw new ProblemError('WORKSPACE_LAST', 'This is the only workspace of this Sluice. Create another one first.')
}

/** Its own log has gone with it: who did it is noted in the oldest workspace where that person still is, else in the oldest of all. */
async function noteElsewhere(tx: Tx, ctx: ServiceContext, name: string): Promise<void> {
  const own = await tx
    .selectFrom('workspace_member')
    .select('workspace_id as id')
    .where('user_id', '=', ctx.actor.id)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  const place = own ?? (await tx.selectFrom('workspace').select('id').orderBy('created_at').limit(1).executeTakeFirst())
  if (place === undefined) return
  const summary = `Deleted the workspace ${name} with everything in it.`
  await audit(tx, { ...ctx, workspaceId: place.id }, { action: 'workspace.delete', subjectId: ctx.workspaceId, summary })
}
