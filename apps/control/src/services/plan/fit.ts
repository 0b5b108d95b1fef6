import { maxDelayBytes } from '@sluice/contract/link'
import { delayExcess, loadWords, type PlanRequest, planRungs, tracksOf } from '@sluice/judge/plan'
import type { Reader, Tx } from '../../db/index.ts'
import { ProblemError, type ServiceContext } from '../index.ts'
import { plannedOutputs, planRows } from './rows.ts'

/** What the plan of a channel follows from, as it stands in the database or in this transaction. */
export async function planRequest(db: Reader, ctx: ServiceContext, channelId: string): Promise<PlanRequest> {
  const { outputs, rungs, ladder, isRolledBack } = await planRows(db, ctx.workspaceId, channelId)
  const { plans, catalogue } = ctx.platform
  return { ...plans.facts(channelId), outputs: plannedOutputs(outputs, catalogue), rungs, ladder, isRolledBack }
}

/**
 * Refuses what was just written where this machine can't encode what it adds. What did not fit before stays as it was: an edit of something
 * else is no reason to refuse. `about`: the player's ladder was written, and all of it counts as added. A rollback is never refused, and what is edited during one is planned when it ends.
 */
export async function requireFit(tx: Tx, ctx: ServiceContext, channelId: string, about?: 'player'): Promise<void> {
  const request = await planRequest(tx, ctx, channelId)
  const plan = planRungs(request)
  if ((plan.fits && plan.pushedOut.length === 0) || request.isRolledBack) return
  const known = ctx.platform.plans.rungIds(channelId)
  const added = [...plan.rungs, ...plan.leftOut].filter(({ id, isForPlayer }) => !known.has(id) || (about === 'player' && isForPlayer))
  if (added.length === 0) return
  const names = added.map(({ spec }) => spec.name).join(', ')
  const { problem } = request.machine
  if (problem !== null) throw new ProblemError('PLAN_TOO_HEAVY', `${names} cannot be encoded on this machine: ${problem}.`)
  if (!plan.fits) throw new ProblemError('PLAN_TOO_HEAVY', `${names} does not fit: ${loadWords(plan)}.`)
  const shows = new Set(plan.pushedOut.map(({ channelId: other }) => other)).size
  const whose = shows === 1 ? 'another live channel' : `${shows} other live channels`
  throw new ProblemError(
    'PLAN_TOO_HEAVY',
    `${names} would take encodes from ${whose}: ${loadWords(plan)}. Lower the priority of its outputs.`,
  )
}

/**
 * Refuses a delay that an engine has no memory for: of this output, or of those on a rung that was written. What nobody knows the bitrate of yet is not
 * judged; the plan says so once it is known.
 */
export async function requireDelay(
  tx: Tx,
  ctx: ServiceContext,
  channelId: string,
  about: { outputId: string } | { rungId: string },
): Promise<void> {
  const request = await planRequest(tx, ctx, channelId)
  if (request.outputs.every(({ delayMs = 0 }) => delayMs === 0)) return
  const plan = planRungs(request)
  for (const output of request.outputs) {
    const way = plan.outputs.find(({ outputId }) => outputId === output.id)!
    if ('outputId' in about ? output.id !== about.outputId : way.rung !== about.rungId) continue
    const excess = delayExcess(output, tracksOf(way, plan.rungs), request.sources)
    if (excess === null) continue
    const [found, most] = [`${(output.delayMs ?? 0) / 1000} s`, `${Math.floor(excess.maxMs / 1000)} s`]
    const [needed, limit] = [Math.ceil(excess.bytes / 1e6), Math.floor(maxDelayBytes / 1e6)]
    throw new ProblemError(
      'DELAY_TOO_LARGE',
      `A delay of ${found} at ${excess.kbps} kbps keeps ${needed} MB of media for ${output.name}, and there are ${limit} MB: ${most} at most.`,
      [{ path: 'outputId' in about ? 'delayMs' : 'video.bitrateKbps', message: `${found} needs ${needed} MB, at most ${limit} MB` }],
    )
  }
}
