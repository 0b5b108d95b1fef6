import { Channel, ChannelStats, Output, paths } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatChannel, formatChannels } from '../show/channel.ts'
import { formatEncoderFields } from '../show/encoder.ts'
import { formatOutputs } from '../show/output.ts'
import { plain } from '../show/text.ts'
import { statsByOutput } from './stats-by-output.ts'

/** `sluice channel create NAME` */
export async function createChannel({ api, show }: Context, name: string): Promise<void> {
  const channel = await api.post(paths.channels, { name }, Channel)
  const primary = channel.inputs.find((input) => input.role === 'primary')
  show(channel, () => `Channel created: ${channel.id}\n\n${primary?.urls ? formatEncoderFields(channel, primary) : ''}`)
}

/** `sluice channel list` */
export async function listChannels({ api, show, nowMs, style }: Context): Promise<void> {
  const channels = await api.list(paths.channels, Channel)
  show(channels, () => formatChannels(channels, nowMs, style))
}

/** `sluice channel show CHANNEL` */
export async function showChannel({ api, show, nowMs, style }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const outputs = await api.list(paths.channelOutputs(channel.id), Output)
  const stats = await api.get(paths.channelStats(channel.id), ChannelStats)
  show({ ...channel, outputs, stats }, () => {
    const list = formatOutputs(outputs, { nowMs, style, stats: statsByOutput([stats]), channelNames: null })
    return `${formatChannel(channel, stats, nowMs, style)}\n${list}`
  })
}

/** `sluice channel rotate-playback CHANNEL`: asks first, unless told not to. */
export async function rotatePlayback(context: Context, wanted: string, flags: { yes?: boolean }): Promise<void> {
  const { api, io, show } = context
  const { id, name } = await findChannel(api, wanted)
  const what = `the playback addresses of '${plain(name)}'`
  const warning = 'Everyone watching is cut off, and embeds with the old ones stop working.'
  if (flags.yes !== true && !(await isSure(context, `replaces ${what}`, `Replace ${what}? ${warning} [y/N] `))) return
  if (io.signal.aborted) return
  const channel = await api.post(paths.channelPlaybackRotate(id), {}, Channel)
  const { page, embed, hls, rtmp } = channel.playback
  show(channel, () => `Replaced ${what}.\n\nPage       ${page}\nEmbed      ${embed}\nHLS        ${hls}\nRTMP play  ${rtmp}\n`)
}

/** `sluice channel rm CHANNEL`: asks first, unless told not to. */
export async function removeChannel(context: Context, wanted: string, flags: { yes?: boolean }): Promise<void> {
  const { api, io, show } = context
  const channel = await findChannel(api, wanted)
  const what = `channel '${plain(channel.name)}'${withOutputs(channel.outputs.total)}`
  const question = `Delete ${what}? Publishers and players are cut off. [y/N] `
  if (flags.yes !== true && !(await isSure(context, `deletes ${what}`, question))) return
  await api.delete(paths.channel(channel.id))
  if (!io.signal.aborted) show({ id: channel.id, deleted: true }, () => `Deleted ${what}.\n`)
}

const withOutputs = (count: number): string => (count === 0 ? '' : ` with its ${count === 1 ? 'output' : `${count} outputs`}`)

async function isSure({ io }: Context, what: string, question: string): Promise<boolean> {
  if (!io.stdinIsTty) throw usageError(`this ${what}`, 'Add --yes to skip the confirmation.')
  const answer = await io.ask(question, false)
  return /^y(es)?$/i.test(answer.trim())
}
