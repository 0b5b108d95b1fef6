import { CreateWorkspaceBody, type WorkspaceRef } from '@sluice/contract/api'
import type { z } from 'zod'
import { newId } from '../../db/index.ts'
import { audit, inTransaction, ProblemError, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { insertMember, insertWorkspace } from './rows.ts'

/** Makes a workspace that its maker owns. API keys belong to one workspace and cannot make others. */
export async function createWorkspace(ctx: ServiceContext, input: unknown): Promise<z.infer<typeof WorkspaceRef>> {
  requireScope(ctx, 'workspace:write')
  if (ctx.actor.kind === 'api-key')
    throw new ProblemError('SCOPE_MISSING', 'An API key belongs to one workspace and cannot create another.')
  const { name } = parseInput(CreateWorkspaceBody, input)
  const id = newId()
  const nowMs = ctx.platform.clock.wallMs()
  return inTransaction(ctx, async (tx) => {
    await insertWorkspace(tx, { id, name, nowMs })
    if (ctx.actor.kind === 'user') await insertMember(tx, { workspaceId: id, userId: ctx.actor.id, role: 'owner', nowMs })
    await audit(tx, { ...ctx, workspaceId: id }, { action: 'workspace.create', subjectId: id, summary: `Created the workspace ${name}.` })
    return { id, name, role: 'owner' as const }
  })
}
