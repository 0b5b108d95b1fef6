export { EventLog, type LoggedEvent } from './event-log.ts'
export { agingTime, dropOld } from './retention.ts'
export { toStoredEvent } from './stored-event.ts'
