export { EventLog, type LoggedEvent, type NewEvent, type PendingEvent } from './event-log.ts'
export { dropOld } from './retention.ts'
export { type EventRow, toStoredEvent } from './stored-event.ts'
