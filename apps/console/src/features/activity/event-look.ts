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

/** The timelines of several channels as one, newest first. */
export function mergeTimelines(timelines: readonly (readonly StoredEvent[])[], limit: number): StoredEvent[] {
  return timelines
    .flat()
    .toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    .slice(0, limit)
}
