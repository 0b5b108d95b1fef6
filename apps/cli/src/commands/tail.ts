import { Channel, pageOf, paths } from '@sluice/contract/api'
import { StoredEvent } from '@sluice/contract/events'
import { usageError } from '../cli-error.ts'
import { findChannel } from '../client/find.ts'
import { follow } from '../client/follow.ts'
import type { Context } from '../context.ts'
import { formatEvent } from '../show/event.ts'

/** `sluice tail [CHANNEL]`: events as they come, until Ctrl-C; with `--last N` the latest stored ones of the channel first. */
export async function tail(context: Context, wanted: string | undefined, flags: { last?: string }): Promise<void> {
  const { api, io, style } = context
  const channel = wanted === undefined ? null : await findChannel(api, wanted)
  const channels = channel === null ? await api.list(paths.channels, Channel) : [channel]
  const names = new Map(channels.map((one) => [one.id, one.name]))
  const print = (event: StoredEvent): void => {
    const name = channel === null && event.channelId !== null ? (names.get(event.channelId) ?? event.channelId) : null
    io.write(context.isJson ? `${JSON.stringify(event)}\n` : formatEvent(event, name, style))
  }
  if (flags.last !== undefined) for (const event of await latest(context, channel, flags.last)) print(event)

  const onNotice = (notice: 'lost' | 'back'): void =>
    io.writeError(notice === 'lost' ? 'sluice: the connection is lost, trying again\n' : 'sluice: connected again\n')
  for await (const message of follow(api, { channelId: channel?.id ?? null, signal: io.signal, onNotice })) {
    if (message.type === 'channel') names.set(message.channel.id, message.channel.name)
    if (message.type === 'event') print(message.event)
  }
}

/** The newest stored events of a channel, the oldest of them first. */
async function latest({ api }: Context, channel: Channel | null, text: string): Promise<StoredEvent[]> {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 200) throw usageError(`--last is '${text}', not a whole number 1..200`)
  if (channel === null) throw usageError('--last needs a channel: sluice tail CHANNEL --last N')
  const page = await api.get(`${paths.channelTimeline(channel.id)}?limit=${count}`, pageOf(StoredEvent))
  return page.items.toReversed()
}
