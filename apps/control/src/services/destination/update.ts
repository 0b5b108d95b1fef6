import { PatchDestinationBody } from '@sluice/contract/api'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { setGrants } from './grants.ts'
import { planDestinationJobs } from './plan-jobs.ts'
import { type DestinationRecord, destinationRecord } from './records.ts'
import { channelsUsing, retarget } from './retarget.ts'
import { setKind } from './set-kind.ts'

/** Changes a destination; a live output on it moves to the new address or key make-before-break. */
export async function updateDestination(ctx: ServiceContext, id: string, input: unknown): Promise<DestinationRecord> {
  requireScope(ctx, 'destination:write')
  const patch = parseInput(PatchDestinationBody, input)
  return inTransaction(ctx, async (tx, write) => {
    const before = await destinationRecord(tx, ctx.workspaceId, id)
    const said = await retarget(tx, write, before, patch)
    said.push(...(await setKind(tx, before, patch)))
    if (patch.channelIds !== undefined)
      said.push(...(await setGrants(tx, write, before, { channelIds: patch.channelIds, stopUngranted: patch.stopUngranted })))
    if (patch.name !== undefined && patch.name !== before.name) {
      await tx.updateTable('destination').set({ name: patch.name }).where('id', '=', id).execute()
      said.push(`name ${patch.name}`)
    }
    if (said.length > 0) {
      const channelIds = await channelsUsing(tx, id)
      const what = `the destination ${before.name}: ${said.join(', ')}`
      await recordChange(tx, write, {
        channels: channelIds,
        audit: { action: 'destination.update', subjectId: id, summary: `Changed ${what}.`, detail: { changed: said } },
        event: { name: 'destination.updated', channelId: null, subjectId: id, message: `${ctx.actor.name} changed ${what}.` },
      })
      await planDestinationJobs(tx, write, id)
    }
    return destinationRecord(tx, ctx.workspaceId, id)
  })
}
