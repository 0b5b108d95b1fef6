import { PatchOutputBody } from '@sluice/contract/api'
import { audit } from '../audit/index.ts'
import { touchChannels } from '../channel/index.ts'
import type { ServiceContext } from '../context.ts'
import { channelsUsing, destinationRecord, requireGrant, retarget } from '../destination/index.ts'
import { inTransaction, parseInput, requireScope } from '../gate.ts'
import { type OutputRecord, outputRecord } from './records.ts'

/** Changes an output. A new address or key changes the destination behind it, and so every output on that destination. */
export async function updateOutput(ctx: ServiceContext, id: string, input: unknown): Promise<OutputRecord> {
  requireScope(ctx, 'output:write')
  const patch = parseInput(PatchOutputBody, input)
  return inTransaction(ctx, async (tx, after) => {
    const before = await outputRecord(tx, ctx.workspaceId, id)
    const { changes, said } = changesOf(before, patch)
    const channelIds = new Set([before.channel_id])
    const destination = await destinationRecord(tx, ctx.workspaceId, before.destination_id)
    if (changes.desired === 'running') requireGrant(destination, before.channel_id)
    if (patch.url !== undefined || patch.streamKey !== undefined || patch.tlsVerify !== undefined) {
      requireGrant(destination, before.channel_id)
      if (destination.origin === 'kept') requireScope(ctx, 'destination:write')
      const retargeted = await retarget(tx, ctx, destination, patch)
      if (retargeted.length > 0) {
        for (const channelId of await channelsUsing(tx, destination.id)) channelIds.add(channelId)
        const summary = `Changed the destination ${destination.name} through the output ${before.name}: ${retargeted.join(', ')}.`
        await audit(tx, ctx, { action: 'destination.update', subjectId: destination.id, summary, detail: { changed: retargeted } })
      }
      said.push(...retargeted)
    }
    if (said.length > 0) {
      await tx
        .updateTable('output')
        .set({ ...changes, updated_at_ms: ctx.platform.clock.wallMs() })
        .where('id', '=', id)
        .execute()
      await touchChannels(tx, ctx, [...channelIds])
      const what = `the output ${before.name}: ${said.join(', ')}`
      await audit(tx, ctx, { action: 'output.update', subjectId: id, summary: `Changed ${what}.`, detail: { changed: said } })
      for (const channelId of channelIds) after.channelChanged(channelId)
      const message = `${ctx.actor.name} changed ${what}.`
      after.event({ name: 'output.updated', channelId: before.channel_id, subjectId: id, message })
    }
    return outputRecord(tx, ctx.workspaceId, id)
  })
}

/** The output's own columns to write and, in words, what they change. */
function changesOf(before: OutputRecord, patch: PatchOutputBody): { changes: Partial<OutputRecord>; said: string[] } {
  const changes: Partial<OutputRecord> = {}
  const said: string[] = []
  if (patch.name !== undefined && patch.name !== before.name) {
    changes.name = patch.name
    said.push(`name ${patch.name}`)
  }
  if (patch.class !== undefined && patch.class !== before.class) {
    changes.class = patch.class
    said.push(`class ${patch.class}`)
  }
  if (patch.priority !== undefined && patch.priority !== before.priority) {
    changes.priority = patch.priority
    said.push(`priority ${patch.priority}`)
  }
  const desired = patch.enabled === undefined ? before.desired : patch.enabled ? 'running' : 'stopped'
  if (desired !== before.desired) {
    changes.desired = desired
    if (desired === 'running') changes.generation = before.generation + 1
    said.push(desired === 'running' ? 'started' : 'stopped')
  }
  return { changes, said }
}
