import type { PageImageKind } from '@sluice/contract/api'
import { type ChannelRecord, channelInWorkspace, channelRecord, readPage, writePage } from '../channel/index.ts'
import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'

/** Takes poster or logo off a player page. Harmless where there is none. */
export async function clearPageImage(ctx: ServiceContext, id: string, kind: PageImageKind): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  return inTransaction(ctx, async (tx, write) => {
    const channel = await channelInWorkspace(tx, ctx.workspaceId, id)
    const before = readPage(channel.page)
    if (before[kind] !== undefined) {
      await tx.deleteFrom('page_image').where('channel_id', '=', id).where('kind', '=', kind).execute()
      const page = writePage({ ...before, [kind]: null })
      await tx.updateTable('channel').set({ page }).where('id', '=', id).execute()
      await recordChange(tx, write, {
        channels: [],
        reread: [id],
        audit: {
          action: 'channel.page',
          subjectId: id,
          summary: `Took the ${kind} off the player page of ${channel.name}.`,
          detail: { kind },
        },
        event: {
          name: 'channel.updated',
          channelId: id,
          subjectId: id,
          message: `${ctx.actor.name} took the ${kind} off the player page.`,
        },
      })
    }
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
