import { destinationRecord, requireGrant } from '../destination/index.ts'
import { inTransaction, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { requireDelay, requireFit } from '../plan/index.ts'
import { type OutputRecord, outputRecord } from './records.ts'

/** Asks for an output to run. */
export const startOutput = (ctx: ServiceContext, id: string): Promise<OutputRecord> =>
  setRun(ctx, id, { action: 'output.start', desired: 'running', isFresh: false, event: 'output.updated', done: 'started' })

/** Asks for an output to end its session and stay so. */
export const stopOutput = (ctx: ServiceContext, id: string): Promise<OutputRecord> =>
  setRun(ctx, id, { action: 'output.stop', desired: 'stopped', isFresh: false, event: 'output.updated', done: 'stopped' })

/** Begins afresh: ends `disabled`, `failed` or a long backoff, and reconnects an output that runs. */
export const rearmOutput = (ctx: ServiceContext, id: string): Promise<OutputRecord> =>
  setRun(ctx, id, { action: 'output.rearm', desired: 'running', isFresh: true, event: 'output.rearmed', done: 're-armed' })

type RunChange = {
  action: 'output.start' | 'output.stop' | 'output.rearm'
  desired: 'running' | 'stopped'
  /** Asks for a fresh start even where it runs already. */
  isFresh: boolean
  event: 'output.updated' | 'output.rearmed'
  done: 'started' | 'stopped' | 're-armed'
}

/** Records what an output shall do. The reconcile loop does the work, so that asking twice is harmless. */
async function setRun(ctx: ServiceContext, id: string, change: RunChange): Promise<OutputRecord> {
  requireScope(ctx, 'output:write')
  return inTransaction(ctx, async (tx, write) => {
    const before = await outputRecord(tx, ctx.workspaceId, id)
    if (change.desired === 'running') requireGrant(await destinationRecord(tx, ctx.workspaceId, before.destination_id), before.channel_id)
    // A new generation ends `failed` and `disabled`: a start after a stop begins afresh too.
    const isChange = before.desired !== change.desired
    if (isChange || change.isFresh) {
      const generation = before.generation + (change.desired === 'running' ? 1 : 0)
      const updated_at_ms = ctx.platform.clock.wallMs()
      await tx.updateTable('output').set({ desired: change.desired, generation, updated_at_ms }).where('id', '=', id).execute()
      if (isChange && change.desired === 'running') {
        await requireFit(tx, ctx, before.channel_id)
        await requireDelay(tx, ctx, before.channel_id, { outputId: id })
      }
      const message = `${ctx.actor.name}: output ${before.name} ${change.done}.`
      await recordChange(tx, write, {
        channels: [before.channel_id],
        audit: { action: change.action, subjectId: id, summary: `The output ${before.name} was ${change.done}.` },
        event: { name: change.event, channelId: before.channel_id, subjectId: id, message },
      })
    }
    return outputRecord(tx, ctx.workspaceId, id)
  })
}
