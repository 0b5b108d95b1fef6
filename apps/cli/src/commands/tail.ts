import { Channel, pageOf, paths } from '@sluice/contract/api'
import { StoredEvent } from '@sluice/contract/events'
import { usageError } from '../cli-error.ts'
import { findChannel, isDeletedChannel } from '../client/find.ts'
import { follow } from '../client/follow.ts'
import type { Context } from '../context.ts'
import { formatEvent } from '../show/event.ts'

/**
 * `sluice tail [CHANNEL]`: events as they come, until Ctrl-C; with `--last N` the latest stored ones first. Of a deleted channel, by its
 * id, only those are left.
 */
export async function tail(context: Context, wanted: string | undefined, flags: { last?: string }): Promise<void> {
  const { api, io, style } = context
  if (wanted !== undefined && flags.last !== undefined && (await tellDeleted(context, wanted, flags.last))) return
  const channel = wanted === undefined ? null : await findChannel(api, wanted)
  const channels = channel === null ? await api.list(paths.channels, Channel) : [channel]
  const names = new Map(channels.map((one) => [one.id, one.name]))
  const print = (event: StoredEvent): void => {
    const name = channel === null && event.channelId !== null ? (names.get(event.channelId) ?? event.channelId) : null
    io.write(context.isJson ? `${JSON.stringify(event)}\n` : formatEvent(event, name, style))
  }
  if (flags.last !== undefined) for (const event of await latest(context, channel?.id ?? null, flags.last)) print(event)

  const onNotice = (notice: 'lost' | 'back'): void =>
    io.writeError(notice === 'lost' ? 'sluice: connection lost, reconnecting\n' : 'sluice: reconnected\n')
  for await (const message of follow(api, { channelId: channel?.id ?? null, signal: io.signal, onNotice })) {
    if (message.type === 'channel') names.set(message.channel.id, message.channel.name)
    if (message.type === 'event') print(message.event)
  }
}

/** True when the id was of a channel that is gone: what happened on it is told. */
async function tellDeleted(context: Context, wanted: string, count: string): Promise<boolean> {
  const { api, io, style, isJson } = context
  if (!(await isDeletedChannel(api, wanted))) return false
  for (const event of await latest(context, wanted, count)) {
    io.write(isJson ? `${JSON.stringify(event)}\n` : formatEvent(event, null, style))
  }
  if (!isJson) io.write('The channel was deleted. No more events.\n')
  return true
}

/** The newest stored events of a channel, or of the whole workspace, the oldest of them first. */
async function latest({ api }: Context, channelId: string | null, text: string): Promise<StoredEvent[]> {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 200) throw usageError(`--last is '${text}', not a whole number from 1 to 200`)
  const query = `limit=${count}${channelId === null ? '' : `&channel=${channelId}`}`
  const page = await api.get(`${paths.eventLog}?${query}`, pageOf(StoredEvent))
  return page.items.toReversed()
}
