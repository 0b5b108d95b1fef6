export { EventName, eventNames, type Severity, StoredEvent, severities } from './events.ts'
