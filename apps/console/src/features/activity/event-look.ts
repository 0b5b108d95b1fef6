import type { StoredEvent } from '@sluice/contract/events'
import {
  type Icon,
  IconArrowBarRight,
  IconArrowBarToRight,
  IconBroadcast,
  IconClockExclamation,
  IconLockOpen2,
  IconMovie,
  IconPencil,
  IconScissors,
  IconSend,
  IconServer,
  IconSwitch3,
} from '@tabler/icons-react'

const icons: Readonly<Record<string, Icon>> = {
  channel: IconBroadcast,
  broadcast: IconBroadcast,
  latency: IconClockExclamation,
  input: IconArrowBarToRight,
  source: IconSwitch3,
  rollback: IconScissors,
  output: IconArrowBarRight,
  destination: IconSend,
  engine: IconServer,
  policy: IconLockOpen2,
  clip: IconMovie,
  slate: IconMovie,
}

/** An edit by a person, or something that happened to media. */
export const isEdit = (event: StoredEvent): boolean => /\.(created|updated|deleted|rearmed|locked)$/.test(event.name)

export function eventIcon(event: StoredEvent): Icon {
  return isEdit(event) ? IconPencil : (icons[event.name.split('.')[0] ?? ''] ?? IconBroadcast)
}

export type EventFilter = 'all' | 'trouble'

/** Newest first, as they come in; `trouble` leaves warnings and errors. */
export function filterEvents(events: readonly StoredEvent[], filter: EventFilter): StoredEvent[] {
  return filter === 'all' ? [...events] : events.filter((event) => event.severity !== 'info')
}

/** Where an event happened: an id of a channel, or `none` for the machine and the workspace as a whole. */
export const placeOf = (event: StoredEvent): string => event.channelId ?? 'none'

/** Ids of channels in the events that are not there any more, the last one deleted first. */
export function deletedChannels(events: readonly StoredEvent[], known: readonly { id: string }[]): string[] {
  const ids = new Set(events.flatMap(({ channelId }) => (channelId === null ? [] : [channelId])))
  return [...ids].filter((id) => known.every((channel) => channel.id !== id))
}
