export { EventLog, type LoggedEvent, type NewEvent } from './event-log.ts'
export { dropOld } from './retention.ts'
export { toStoredEvent } from './stored-event.ts'
