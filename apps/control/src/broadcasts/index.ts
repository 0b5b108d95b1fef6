export { BroadcastHistory } from './broadcast-history.ts'
