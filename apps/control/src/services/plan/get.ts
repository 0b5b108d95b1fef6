import type { ChannelPlan } from '@sluice/contract/api'
import { planRungs } from '@sluice/judge/plan'
import { channelInWorkspace } from '../channel/index.ts'
import { type LiveSight, requireScope, type ServiceContext } from '../index.ts'
import { planRequest } from './fit.ts'
import { presentPlan } from './present.ts'

export type PlanLive = Pick<LiveSight, 'stats' | 'channel'>

/** Which encodings a channel runs, which output gets which, why and at what price. */
export async function getPlan(ctx: ServiceContext, live: PlanLive, channelId: string): Promise<ChannelPlan> {
  requireScope(ctx, 'output:read')
  await channelInWorkspace(ctx.platform.db, ctx.workspaceId, channelId)
  return planOf(ctx, live, channelId)
}

/** The same for a verb that has found the channel, and asks for a right of its own. */
export async function planOf(ctx: ServiceContext, live: PlanLive, channelId: string): Promise<ChannelPlan> {
  const request = await planRequest(ctx.platform.db, ctx, channelId)
  const stats = live.stats(channelId).rungs ?? []
  return presentPlan(channelId, request, planRungs(request), { stats, actual: live.channel(channelId)?.rungs ?? [] })
}
