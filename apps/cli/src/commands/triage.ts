import { paths, Triage } from '@sluice/contract/api'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatTriage } from '../show/triage.ts'

/** `sluice triage CHANNEL`: where to look first, in the fixed order input, transport, output, playback. */
export async function triage({ api, show, style }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const result = await api.get(paths.channelTriage(channel.id), Triage)
  show(result, () => formatTriage(result, style))
}
