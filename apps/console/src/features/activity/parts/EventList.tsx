import type { StoredEvent } from '@sluice/contract/events'
import { formatDay, formatTimeOfDay } from '../../../ui/format/index.ts'
import { eventIcon } from '../event-look.ts'
import styles from './EventList.module.css'

const severityWords = { info: '', warning: 'Warning', error: 'Error' } as const

/** `Heading`: of the days, one below the heading that the list stands under. */
type Props = { events: readonly StoredEvent[]; Heading: 'h2' | 'h3'; channelName?(channelId: string): string | undefined }

/** Events under the day they fell on, newest first. Severity is a word and a weight besides its colour. */
export function EventList({ events, Heading, channelName }: Props) {
  const days = Map.groupBy(events, (event) => formatDay(event.at))
  return (
    <div className={styles.days}>
      {[...days].map(([day, ofDay]) => (
        <section key={day}>
          <Heading>{day}</Heading>
          <ol>
            {ofDay.map((event) => (
              <EventLine key={event.id} event={event} channel={event.channelId === null ? undefined : channelName?.(event.channelId)} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function EventLine({ event, channel }: { event: StoredEvent; channel: string | undefined }) {
  const EventIcon = eventIcon(event)
  return (
    <li className={styles.line} data-severity={event.severity}>
      <time dateTime={event.at}>{formatTimeOfDay(event.at)}</time>
      <EventIcon size={17} stroke={1.8} aria-hidden />
      <span className={styles.text}>
        {event.severity !== 'info' && <b className={styles.severity}>{severityWords[event.severity]}</b>}
        {event.message}
        {channel !== undefined && <span className={styles.channel}> {channel}</span>}
      </span>
    </li>
  )
}
