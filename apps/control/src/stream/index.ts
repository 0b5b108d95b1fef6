export { frame, StreamHub } from './stream-hub.ts'
export type { Subscriber } from './subscriber.ts'
