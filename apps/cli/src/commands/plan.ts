import { ChannelPlan, paths } from '@sluice/contract/api'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatPlan } from '../show/plan.ts'

/** `sluice plan CHANNEL`: the source, what is encoded of it, and who gets which. */
export async function showPlan({ api, show }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const plan = await api.get(paths.channelPlan(channel.id), ChannelPlan)
  show(plan, () => formatPlan(plan, channel.name))
}
