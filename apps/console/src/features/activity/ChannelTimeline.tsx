import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTimeline } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import styles from './ChannelTimeline.module.css'
import { type EventFilter, filterEvents } from './event-look.ts'
import { EventList } from './parts/EventList.tsx'
import { FilterSwitch } from './parts/FilterSwitch.tsx'

const shortLines = 12

/** What happened on one channel, live. Short until more is asked for. */
export function ChannelTimeline({ channelId }: { channelId: string }) {
  const { data: events = [], error } = useTimeline(channelId)
  const [filter, setFilter] = useState<EventFilter>('all')
  const [isLong, setLong] = useState(false)
  const shown = filterEvents(events, filter)
  return (
    <Panel title="Activity" isFlush aside={<FilterSwitch value={filter} onChange={setFilter} />}>
      <ProblemNote error={error} />
      {shown.length === 0 && <p className={styles.none}>{filter === 'trouble' ? 'No problems so far.' : 'Nothing has happened yet.'}</p>}
      <EventList Heading="h3" events={isLong ? shown : shown.slice(0, shortLines)} />
      {!isLong && shown.length > shortLines && (
        <div className={styles.more}>
          <Button variant="subtle" size="compact-sm" onClick={() => setLong(true)}>
            Show {shown.length - shortLines} more
          </Button>
        </div>
      )}
    </Panel>
  )
}
