export { EventName, type Severity, StoredEvent, severities } from './events.ts'
