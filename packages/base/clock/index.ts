export type { Clock, Timer } from './clock.ts'
export { isoTime } from './iso-time.ts'
export { systemClock } from './system-clock.ts'
