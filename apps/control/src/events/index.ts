export { EventLog, type LoggedEvent } from './event-log.ts'
export { dropOld } from './retention.ts'
export { toStoredEvent } from './stored-event.ts'
