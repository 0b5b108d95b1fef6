import { type ChannelPlan, LadderBody, type PlaybackLadder } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { channelInWorkspace } from '../channel/index.ts'
import { holdChannel, inTransaction, ProblemError, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { requireFit } from './fit.ts'
import { type PlanLive, planOf } from './get.ts'
import { ladderSteps, templateRows, writeLadder } from './ladder-wish.ts'
import { rungRows } from './rows.ts'
import { toOwnRung } from './wish.ts'

/** Sets which encodes the player gets beside the source. A show on air has them at its next key frame. [TRN-06] */
export async function setLadder(ctx: ServiceContext, live: PlanLive, channelId: string, input: unknown): Promise<ChannelPlan> {
  requireScope(ctx, 'output:write')
  const { ladder } = parseInput(LadderBody, input)
  await inTransaction(ctx, async (tx, write) => {
    // Until the end of the transaction none of the channel's rungs is deleted.
    await holdChannel(tx, channelId)
    const channel = await channelInWorkspace(tx, ctx.workspaceId, channelId)
    const said = await stepsInWords(tx, ctx, channelId, ladder)
    const column = writeLadder(ladder)
    if (column === channel.ladder) return
    await tx.updateTable('channel').set({ ladder: column }).where('id', '=', channelId).execute()
    await requireFit(tx, ctx, channelId, 'player')
    const detail = { before: channel.ladder, after: column }
    await recordChange(tx, write, {
      channels: [channelId],
      audit: { action: 'channel.ladder', subjectId: channelId, summary: `Set the player's ladder of ${channel.name} to ${said}.`, detail },
      event: { name: 'channel.updated', channelId, subjectId: channelId, message: `${ctx.actor.name} set the player's ladder to ${said}.` },
    })
  })
  return planOf(ctx, live, channelId)
}

/** Refuses a step that is neither a rung of the channel nor a template, or has no picture. */
async function stepsInWords(tx: Tx, ctx: ServiceContext, channelId: string, ladder: PlaybackLadder): Promise<string> {
  if (typeof ladder === 'string') return ladder
  const known = ladderSteps((await rungRows(tx, [channelId])).map(toOwnRung), await templateRows(tx, ctx.workspaceId))
  return ladder
    .map((wanted) => {
      const step = known.find(({ id }) => id === wanted)
      if (step !== undefined) return step.name
      throw new ProblemError('RUNG_UNKNOWN', 'The player cannot have one of these.', [
        { path: 'ladder', message: `${wanted} is neither a rung of this channel with a picture nor a template` },
      ])
    })
    .join(', ')
}
