import { HoldSlateBody } from '@sluice/contract/api'
import { type ChannelRecord, channelRecord, notReady, requireActual, type SourceSight } from '../channel/index.ts'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'

/** Keeps the slate on the air for longer, and the outputs that still show it. Each call adds its time. */
export async function holdSlate(ctx: ServiceContext, sight: SourceSight, id: string, input: unknown): Promise<ChannelRecord> {
  requireScope(ctx, 'channel:write')
  const { seconds } = parseInput(HoldSlateBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const { channel } = await channelRecord(tx, ctx.workspaceId, id)
    const actual = requireActual(sight, id)
    if (actual.source !== 'slate') throw notReady('no slate is on air')
    // Before the audit row: only what an engine was told is on record.
    if (!sight.command(id, { do: 'hold-slate', forMs: seconds * 1000 })) throw notReady('no engine carries the channel at the moment')
    const length = seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'slate.hold', subjectId: id, summary: `Held the slate of ${channel.name} ${length} longer.` },
      event: {
        name: 'slate.held',
        channelId: id,
        subjectId: id,
        message: `${ctx.actor.name} holds the slate ${length} longer: outputs that show it stay open.`,
        data: { seconds },
      },
    })
    return channelRecord(tx, ctx.workspaceId, id)
  })
}
