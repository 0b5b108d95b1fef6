import { CreateDestinationBody } from '@sluice/contract/api'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { requireRotating } from './kind.ts'
import { planDestinationJobs } from './plan-jobs.ts'
import { type DestinationRecord, destinationRecord } from './records.ts'
import { insertDestination } from './target.ts'

/** Keeps a place with its credentials. Refuses an address or key that cannot work. */
export async function createDestination(ctx: ServiceContext, input: unknown): Promise<DestinationRecord> {
  requireScope(ctx, 'destination:write')
  const body = parseInput(CreateDestinationBody, input)
  return inTransaction(ctx, async (tx, write) => {
    requireRotating(body.credential, body.rotateEveryDays)
    const row = await insertDestination(tx, ctx, { ...body, class: body.class, origin: 'kept' })
    const message = `${ctx.actor.name} created the destination ${row.name}.`
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'destination.create', subjectId: row.id, summary: `Created the destination ${row.name} (${row.url}).` },
      event: { name: 'destination.created', channelId: null, subjectId: row.id, message },
    })
    await planDestinationJobs(tx, write, row.id)
    return destinationRecord(tx, ctx.workspaceId, row.id)
  })
}
