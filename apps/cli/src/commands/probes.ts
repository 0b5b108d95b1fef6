import { ChannelProbes, paths } from '@sluice/contract/api'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatProbes } from '../show/probes.ts'

/** `sluice probes CHANNEL`: the channel as its viewers have it, and what destinations show. */
export async function probes({ api, show, style }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const seen = await api.get(paths.channelProbes(channel.id), ChannelProbes)
  show(seen, () => formatProbes(seen, style))
}
