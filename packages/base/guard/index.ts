export { Guard, guardedClock } from './guard.ts'
export { goOnAfterFaults } from './last-resort.ts'
