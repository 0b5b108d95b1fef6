import { Channel, ChannelStats, Output, paths } from '@sluice/contract/api'
import { findChannel, findOutput, outputsOf } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatOutputs, outputState } from '../show/output.ts'
import { plain } from '../show/text.ts'
import { statsByOutput } from './stats-by-output.ts'

/** `sluice output list [CHANNEL]`: of one channel, or of all. */
export async function listOutputs({ api, show, nowMs, style }: Context, wanted: string | undefined): Promise<void> {
  const channels = wanted === undefined ? await api.list(paths.channels, Channel) : [await findChannel(api, wanted)]
  const outputs = await outputsOf(api, channels)
  const carried = channels.filter((channel) => channel.outputs.total > 0)
  const stats: ChannelStats[] = []
  for (const channel of carried) stats.push(await api.get(paths.channelStats(channel.id), ChannelStats))
  const channelNames = wanted === undefined ? new Map(channels.map((channel) => [channel.id, channel.name])) : null
  show(outputs, () => formatOutputs(outputs, { nowMs, style, stats: statsByOutput(stats), channelNames }))
}

/** What can be asked of one output, and how it is told. */
const verbs = {
  start: { path: paths.outputStart, says: 'Starting' },
  stop: { path: paths.outputStop, says: 'Stopping' },
  rearm: { path: paths.outputRearm, says: 'Re-arming' },
} as const
export type OutputVerb = keyof typeof verbs

/** `sluice output start|stop|rearm OUTPUT` */
export async function askOutput({ api, show }: Context, verb: OutputVerb, wanted: string, flags: { channel?: string }): Promise<void> {
  const found = await findOutput(api, wanted, flags.channel)
  const output = await api.post(verbs[verb].path(found.id), undefined, Output)
  show(output, () => `${verbs[verb].says} output '${plain(output.name)}' (it was ${outputState(found)}).\n`)
}

/** `sluice output rm OUTPUT` */
export async function removeOutput({ api, show }: Context, wanted: string, flags: { channel?: string }): Promise<void> {
  const output = await findOutput(api, wanted, flags.channel)
  await api.delete(paths.output(output.id))
  show({ id: output.id, deleted: true }, () => `Deleted output '${plain(output.name)}'.\n`)
}
