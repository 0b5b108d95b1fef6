import { PatchPlayerBody } from '@sluice/contract/api'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { nameTaken } from './create.ts'
import { type PlayerRecord, playerRecord } from './records.ts'

/** Changes a player. Pages that are open keep what they have; the next one that opens is as set. */
export async function updatePlayer(ctx: ServiceContext, id: string, input: unknown): Promise<PlayerRecord> {
  requireScope(ctx, 'channel:write')
  const patch = parseInput(PatchPlayerBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const before = await playerRecord(tx, ctx.workspaceId, id)
    const after = {
      name: patch.name ?? before.name,
      sites: JSON.stringify(patch.sites === undefined ? before.sites : [...new Set(patch.sites)]),
      look: JSON.stringify({ ...before.look, ...patch.look }),
      start: JSON.stringify({ ...before.start, ...patch.start }),
    }
    const changed = [
      ...(after.name === before.name ? [] : [`name ${after.name}`]),
      ...(after.sites === JSON.stringify(before.sites) ? [] : ['allowed sites']),
      ...(after.look === JSON.stringify(before.look) ? [] : ['look']),
      ...(after.start === JSON.stringify(before.start) ? [] : ['start']),
    ]
    if (changed.length === 0) return before
    await tx
      .updateTable('player')
      .set({ ...after, updated_at_ms: ctx.platform.clock.wallMs() })
      .where('id', '=', id)
      .execute()
      .catch(nameTaken(after.name))
    const what = `the player ${before.name}: ${changed.join(', ')}`
    await recordChange(tx, write, {
      channels: [],
      reread: [before.channel_id],
      audit: { action: 'player.update', subjectId: id, summary: `Changed ${what}.`, detail: { changed } },
      event: { name: 'channel.updated', channelId: before.channel_id, subjectId: id, message: `${ctx.actor.name} changed ${what}.` },
    })
    return playerRecord(tx, ctx.workspaceId, id)
  })
}
