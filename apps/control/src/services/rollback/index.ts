export { endRollback } from './end.ts'
export { getRollback } from './get.ts'
export { startRollback } from './start.ts'
