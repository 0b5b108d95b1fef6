import { roleName } from '@sluice/base/words'
import { type Rollback, RollbackBody } from '@sluice/contract/api'
import type { NewEvent } from '@sluice/contract/link'
import { channelRecord } from '../channel/index.ts'
import { inTransaction, type LiveSight, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { outputRecords } from '../output/index.ts'
import { type Candidate, planLock, planOutputs } from './plan.ts'
import { candidatesOf, presentRollback, rollbackRow } from './present.ts'

/** A rollback that nobody asked for: why, by which figures, and how many windows of stability end it. */
export type AutomaticStart = { cause: string; figures: Record<string, unknown>; holdWindows: number }

/** Cuts a channel down to its most important outputs and pins the input, in one step; the engine does the rest at once. [OPS-01] */
export async function startRollback(
  ctx: ServiceContext,
  live: LiveSight,
  channelId: string,
  input: unknown,
  automatic: AutomaticStart | null = null,
): Promise<Rollback> {
  requireScope(ctx, 'channel:write')
  requireScope(ctx, 'output:write')
  const { keep } = parseInput(RollbackBody, input ?? {})
  return inTransaction(ctx, async (tx, write) => {
    const { channel, inputs } = await channelRecord(tx, ctx.workspaceId, channelId)
    if ((await rollbackRow(tx, channelId)) !== undefined) {
      throw new ProblemError('ROLLBACK_ACTIVE', `${channel.name} is already rolled back.`)
    }
    const nowMs = ctx.platform.clock.wallMs()
    const { kept, stopped } = planOutputs(candidatesOf(live, await outputRecords(tx, channelId)), keep)
    const lockBefore = channel.lock
    const isSpared = (inputId: string): boolean => inputs.some(({ id, maintenance }) => id === inputId && maintenance)
    const lock = planLock(live.channel(channelId)?.inputs.filter(({ inputId }) => !isSpared(inputId)) ?? [], lockBefore)
    const ids = stopped.map((output) => output.id)
    if (ids.length > 0) await tx.updateTable('output').set({ desired: 'stopped', updated_at_ms: nowMs }).where('id', 'in', ids).execute()
    await tx.updateTable('channel').set({ lock }).where('id', '=', channelId).execute()
    const cause = automatic?.cause ?? 'by hand'
    const row = { at_ms: nowMs, actor: ctx.actor.name, cause, keep, lock_before: lockBefore, stopped: JSON.stringify(ids) }
    const guard = { is_automatic: automatic !== null, hold_windows: automatic?.holdWindows ?? 1 }
    await tx
      .insertInto('channel_rollback')
      .values({ channel_id: channelId, ...row, ...guard })
      .execute()
    const keptNames = kept.map((output) => output.name).join(', ') || 'none'
    const stoppedNames = stopped.map((output) => output.name).join(', ') || 'none'
    const summary = `Rolled ${channel.name} back. Kept: ${keptNames}. Stopped: ${stoppedNames}.`
    const about = { channelId, subjectId: channelId }
    const message = `${ctx.actor.name} rolled the channel back. Kept: ${keptNames}. Stopped: ${stoppedNames}${automatic === null ? '' : `; ${cause}`}.`
    const data = {
      keep,
      kept: kept.map((output) => output.id),
      stopped: ids,
      cause,
      isAutomatic: automatic !== null,
      ...automatic?.figures,
    }
    const locked = `Rollback locked the source to the ${roleName(lock)} input.`
    await recordChange(tx, write, {
      channels: [channelId],
      audit: { action: 'channel.rollback', subjectId: channelId, summary, detail: { keep, lock, cause, stopped: ids } },
      event: [
        { name: 'rollback.started', severity: 'warning', ...about, message, data },
        ...stopped.map((output) => stoppedEvent(channelId, output)),
        ...(lock === lockBefore ? [] : [{ name: 'source.locked' as const, ...about, message: locked, data: { lock } }]),
      ],
    })
    return presentRollback(tx, ctx, live, { ...channel, lock })
  })
}

const stoppedEvent = (channelId: string, output: Candidate): NewEvent => ({
  name: 'output.updated',
  severity: 'warning',
  channelId,
  subjectId: output.id,
  message: `Rollback stopped the output ${output.name} (${output.state}, priority ${output.priority}).`,
})
