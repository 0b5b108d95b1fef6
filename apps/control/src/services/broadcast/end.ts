import { type ChannelRecord, channelRecord } from '../channel/index.ts'
import { inTransaction, type LiveSight, recordChange, requireScope, type ServiceContext } from '../index.ts'

/**
 * Ends the show: every output closes cleanly, viewers get the end page, and nothing goes out until a new broadcast begins. The outputs stay
 * asked to run. Asking twice, or where nothing is on, is harmless.
 */
export async function endBroadcast(ctx: ServiceContext, live: LiveSight, id: string): Promise<ChannelRecord> {
  requireScope(ctx, 'output:write')
  return inTransaction(ctx, async (tx, write) => {
    const { channel } = await channelRecord(tx, ctx.workspaceId, id)
    const { ended_at_ms: before } = channel
    // A new broadcast has begun, though its mark is not taken away yet.
    const isEnded = before !== null && live.channel(id)?.resumedNo !== before
    if (!isEnded && mayBeOn(live, id)) {
      const { name } = ctx.actor
      // Each end has a number of its own, whatever the clock does.
      const ended = { ended_at_ms: Math.max(ctx.platform.clock.wallMs(), (before ?? 0) + 1), ended_by: name }
      await tx.updateTable('channel').set(ended).where('id', '=', id).execute()
      await recordChange(tx, write, {
        channels: [id],
        audit: { action: 'broadcast.end', subjectId: id, summary: `Ended the show of ${channel.name}.` },
        event: {
          name: 'broadcast.end_requested',
          channelId: id,
          subjectId: id,
          message: `${name} ended the show: all outputs close cleanly.`,
          data: { by: name },
        },
      })
    }
    return channelRecord(tx, ctx.workspaceId, id)
  })
}

/** What no engine reports may be on: it is ended all the same, so that an engine that comes back finds it ended. */
function mayBeOn(live: LiveSight, id: string): boolean {
  const actual = live.channel(id)
  if (actual === null || actual.source !== 'none' || live.staleSince(id) !== null) return true
  return live.stats(id).broadcast?.endedAt === null
}
