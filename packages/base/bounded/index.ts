export { BoundedBytes } from './bounded-bytes.ts'
export { BoundedMap } from './bounded-map.ts'
export { BoundedQueue } from './bounded-queue.ts'
