export { actionLabel, firstActionHash } from './action-label.ts'
