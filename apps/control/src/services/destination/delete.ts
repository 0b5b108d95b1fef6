import { conflictOf } from '../../db/index.ts'
import { inTransaction, ProblemError, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { planDestinationJobs } from './plan-jobs.ts'
import { destinationRecord } from './records.ts'

/** Forgets a place and its credentials. Refused while outputs use it. */
export async function deleteDestination(ctx: ServiceContext, id: string): Promise<void> {
  requireScope(ctx, 'destination:write')
  await inTransaction(ctx, async (tx, write) => {
    const { name, outputs } = await destinationRecord(tx, ctx.workspaceId, id)
    if (outputs.length > 0) {
      throw new ProblemError(
        'DESTINATION_IN_USE',
        `${outputs.length} ${outputs.length === 1 ? 'output uses' : 'outputs use'} the destination ${name}.`,
      )
    }
    // An output that is made on it at this moment is caught by the reference between the two.
    await tx
      .deleteFrom('destination')
      .where('id', '=', id)
      .execute()
      .catch((error: unknown) => {
        throw conflictOf(error) === 'reference' ? new ProblemError('DESTINATION_IN_USE', `An output uses the destination ${name}.`) : error
      })
    const message = `${ctx.actor.name} deleted the destination ${name}.`
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'destination.delete', subjectId: id, summary: `Deleted the destination ${name}.` },
      event: { name: 'destination.deleted', channelId: null, subjectId: id, message },
    })
    await planDestinationJobs(tx, write, id)
  })
}
