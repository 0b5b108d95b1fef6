import type { StoredEvent } from '@sluice/contract/events'
import { formatDay, formatTimeOfDay } from '../../../ui/format/index.ts'
import { eventIcon } from '../event-look.ts'
import { type EventLine, groupRetries } from '../group-events.ts'
import styles from './EventList.module.css'

const severityWords = { info: '', warning: 'Warning', error: 'Error' } as const

/** `Heading`: of the days, one below the heading that the list stands under. */
type Props = { events: readonly StoredEvent[]; Heading: 'h2' | 'h3'; channelName?(channelId: string): string | undefined }

/** Events under the day they fell on, newest first. Severity is a word and a weight besides its colour. */
export function EventList({ events, Heading, channelName }: Props) {
  const days = Map.groupBy(groupRetries(events), ({ event }) => formatDay(event.at))
  return (
    <div className={styles.days}>
      {[...days].map(([day, ofDay]) => (
        <section key={day}>
          <Heading>{day}</Heading>
          <ol>
            {ofDay.map((line) => (
              <Line
                key={line.event.id}
                line={line}
                channel={line.event.channelId === null ? undefined : channelName?.(line.event.channelId)}
              />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function Line({ line: { event, count, sinceAt }, channel }: { line: EventLine; channel: string | undefined }) {
  const EventIcon = eventIcon(event)
  return (
    <li className={styles.line} data-severity={event.severity}>
      <time dateTime={event.at}>{formatTimeOfDay(event.at)}</time>
      <EventIcon size={17} stroke={1.8} aria-hidden />
      <span className={styles.text}>
        {event.severity !== 'info' && <b className={styles.severity}>{severityWords[event.severity]}</b>}
        {event.message}
        {count > 1 && (
          <span className={styles.channel}>
            {' '}
            {count} times since {formatTimeOfDay(sinceAt)}
          </span>
        )}
        {channel !== undefined && <span className={styles.channel}> {channel}</span>}
      </span>
    </li>
  )
}
