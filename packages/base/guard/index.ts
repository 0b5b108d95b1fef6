export { type Emitter, Guard, guardedClock } from './guard.ts'
export { goOnAfterFaults, type UncaughtSource } from './last-resort.ts'
