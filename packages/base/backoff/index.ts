export { type BackoffLimits, backoffMs } from './backoff.ts'
