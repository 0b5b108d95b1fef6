export { type EngineSecond, StreamHub } from './stream-hub.ts'
export { frame, type Subscriber } from './subscriber.ts'
