import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { fetchTimeline, keys, timelineLimit, useChannels } from '../../live/index.ts'
import { PageHead } from '../../ui/layout/index.ts'
import styles from './ActivityPage.module.css'
import { type EventFilter, filterEvents, mergeTimelines } from './event-look.ts'
import { EventList } from './parts/EventList.tsx'
import { FilterSwitch } from './parts/FilterSwitch.tsx'

/** What happened on all channels of the workspace, live. */
export function ActivityPage() {
  const { data: channels = [] } = useChannels()
  const [filter, setFilter] = useState<EventFilter>('all')
  const timelines = useQueries({
    queries: channels.map((channel) => ({ queryKey: keys.timeline(channel.id), queryFn: () => fetchTimeline(channel.id) })),
  })
  const events = mergeTimelines(
    timelines.map((query) => query.data ?? []),
    timelineLimit,
  )
  const shown = filterEvents(events, filter)
  const isLoading = timelines.some((query) => query.isPending)
  return (
    <>
      <PageHead title="Activity">
        <FilterSwitch value={filter} onChange={setFilter} />
      </PageHead>
      <div className={styles.panel}>
        {shown.length === 0 && !isLoading && (
          <p className={styles.none}>
            {filter === 'trouble' ? 'No trouble so far.' : 'Every connection, change and failure will be written down here.'}
          </p>
        )}
        <EventList Heading="h2" events={shown} channelName={(id) => channels.find((channel) => channel.id === id)?.name} />
      </div>
    </>
  )
}
