import { useChannels, useLastEvent } from '../../live/index.ts'
import { announcementOf } from './announcement.ts'

/** Reads out state changes to those who can't see them: politely, one sentence each. */
export function StateAnnouncer() {
  const event = useLastEvent()
  const channels = useChannels().data ?? []
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {event && announcementOf(event, channels)}
    </div>
  )
}
