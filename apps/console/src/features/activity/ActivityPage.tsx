import { Group } from '@mantine/core'
import { useState } from 'react'
import { useActivity, useChannels } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { PageHead } from '../../ui/layout/index.ts'
import styles from './ActivityPage.module.css'
import { deletedChannels, type EventFilter, filterEvents, placeOf } from './event-look.ts'
import { EventList } from './parts/EventList.tsx'
import { FilterSwitch } from './parts/FilterSwitch.tsx'
import { PlaceSelect } from './parts/PlaceSelect.tsx'

/** What happened in the workspace, live: on its channels, on those that were deleted, and on the machine. */
export function ActivityPage() {
  const { data: channels = [] } = useChannels()
  const { data: events = [], isPending, error } = useActivity()
  const [filter, setFilter] = useState<EventFilter>('all')
  const [place, setPlace] = useState('all')
  const shown = filterEvents(events, filter).filter((event) => place === 'all' || placeOf(event) === place)
  const deleted = deletedChannels(events, channels)
  const nameOf = (id: string): string => channels.find((channel) => channel.id === id)?.name ?? `Deleted channel ${id.slice(-6)}`
  return (
    <>
      <PageHead title="Activity">
        <Group gap="sm">
          <PlaceSelect value={place} channels={channels} deleted={deleted} onChange={setPlace} />
          <FilterSwitch value={filter} onChange={setFilter} />
        </Group>
      </PageHead>
      <ProblemNote error={error} />
      <div className={styles.panel}>
        {shown.length === 0 && !isPending && (
          <p className={styles.none}>{filter === 'trouble' ? 'No problems so far.' : 'Connections, changes and failures appear here.'}</p>
        )}
        <EventList Heading="h2" events={shown} channelName={nameOf} />
      </div>
    </>
  )
}
