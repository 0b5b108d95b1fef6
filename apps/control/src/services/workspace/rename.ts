import { PatchWorkspaceBody, type WorkspaceRef } from '@sluice/contract/api'
import type { z } from 'zod'
import { audit, inTransaction, parseInput, requireScope, type ServiceContext } from '../index.ts'

/** Gives the workspace that the caller works in another name. `role`: the caller's own. */
export async function renameWorkspace(
  ctx: ServiceContext,
  role: z.infer<typeof WorkspaceRef>['role'],
  input: unknown,
): Promise<z.infer<typeof WorkspaceRef>> {
  requireScope(ctx, 'workspace:write')
  const { name } = parseInput(PatchWorkspaceBody, input)
  const id = ctx.workspaceId
  return inTransaction(ctx, async (tx) => {
    const before = await tx.selectFrom('workspace').select('name').where('id', '=', id).executeTakeFirstOrThrow()
    if (before.name !== name) {
      await tx.updateTable('workspace').set({ name }).where('id', '=', id).execute()
      const summary = `Renamed the workspace ${before.name} to ${name}.`
      await audit(tx, ctx, { action: 'workspace.rename', subjectId: id, summary, detail: { before: before.name, after: name } })
    }
    return { id, name, role }
  })
}
