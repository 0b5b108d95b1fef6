import { audit, inTransaction, notFound, requireScope, type ServiceContext } from '../index.ts'

/** Revokes an API key: its next request is refused. */
export async function deleteApiKey(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'apikey:write')
  await inTransaction(ctx, async (tx) => {
    const row = await tx
      .deleteFrom('api_key')
      .where('id', '=', id)
      .where('workspace_id', '=', ctx.workspaceId)
      .returning('name')
      .executeTakeFirst()
    if (row === undefined) throw notFound('API key', id)
    await audit(tx, ctx, { action: 'api-key.delete', subjectId: id, summary: `Revoked the API key ${row.name}.` })
  })
}
