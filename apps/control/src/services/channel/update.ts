import { PatchChannelBody } from '@sluice/contract/api'
import { audit } from '../audit/index.ts'
import type { ServiceContext } from '../context.ts'
import { inTransaction, parseInput, requireScope } from '../gate.ts'
import { type ChannelRecord, channelInWorkspace, channelRecord } from './records.ts'
import { touchChannels } from './touch.ts'

/** Renames a channel. */
export async function updateChannel(ctx: ServiceContext, id: string, input: unknown): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  const patch = parseInput(PatchChannelBody, input)
  return inTransaction(ctx, async (tx, after) => {
    const before = await channelInWorkspace(tx, ctx.workspaceId, id)
    const name = patch.name ?? before.name
    if (name !== before.name) {
      await tx.updateTable('channel').set({ name }).where('id', '=', id).execute()
      await touchChannels(tx, ctx, [id])
      await audit(tx, ctx, { action: 'channel.update', subjectId: id, summary: `Renamed the channel ${before.name} to ${name}.` })
      after.channelChanged(id)
      const message = `${ctx.actor.name} renamed the channel ${before.name} to ${name}.`
      after.event({ name: 'channel.updated', channelId: id, subjectId: id, message })
    }
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
