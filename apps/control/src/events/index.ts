export { EventLog, type LoggedEvent } from './event-log.ts'
export { HistoryClock } from './history-clock.ts'
export { dropOld } from './retention.ts'
export { toStoredEvent } from './stored-event.ts'
