import type { Channel, Output, StreamMessage } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { QueryClient } from '@tanstack/react-query'
import { keys } from '../keys.ts'

/** Newest first, and no longer than an operator scrolls. */
const timelineLimit = 500

/** Puts one message of the stream into the cache. Lists that nobody has asked for yet are left to their first fetch. */
export function applyMessage(client: QueryClient, message: StreamMessage): void {
  switch (message.type) {
    case 'channel':
      client.setQueryData<Channel[]>(keys.channels, (list) => list && withItem(list, message.channel))
      return
    case 'output':
      client.setQueryData<Output[]>(keys.outputs(message.output.channelId), (list) => list && withItem(list, message.output))
      return
    case 'gone':
      if (message.kind === 'channel') client.setQueryData<Channel[]>(keys.channels, (list) => list && without(list, message.id))
      else client.setQueriesData<Output[]>({ queryKey: keys.allOutputs }, (list) => list && without(list, message.id))
      return
    case 'event':
      client.setQueryData<StoredEvent[]>(keys.activity, (list) => list && withEvent(list, message.event))
      if (message.event.channelId !== null) {
        client.setQueryData<StoredEvent[]>(keys.timeline(message.event.channelId), (list) => list && withEvent(list, message.event))
      }
      return
    case 'stats':
    case 'unchanged':
      return
  }
}

/** `list` with `item` in the place of its older form, or at the end: rows never change places under the operator's finger. */
export function withItem<T extends { id: string }>(list: readonly T[], item: T): T[] {
  const at = list.findIndex((other) => other.id === item.id)
  return at < 0 ? [...list, item] : list.with(at, item)
}

export function without<T extends { id: string }>(list: readonly T[], id: string): T[] {
  return list.filter((item) => item.id !== id)
}

/** Newest first; an event that a resumed stream sends again is kept once. */
export function withEvent(list: readonly StoredEvent[], event: StoredEvent): StoredEvent[] {
  if (list.some((other) => other.id === event.id)) return [...list]
  const at = list.findIndex((other) => other.at <= event.at)
  return (at < 0 ? [...list, event] : list.toSpliced(at, 0, event)).slice(0, timelineLimit)
}
