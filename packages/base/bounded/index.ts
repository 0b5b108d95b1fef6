export { BoundedBytes } from './bounded-bytes.ts'
export { BoundedMap, type MapBounds } from './bounded-map.ts'
export { BoundedQueue, type QueueBounds } from './bounded-queue.ts'
export { BoundedSet } from './bounded-set.ts'
