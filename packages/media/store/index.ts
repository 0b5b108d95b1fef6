export type { InitData, Segment, SegmentMedia } from './segment.ts'
export { SegmentStore, type StoreReader } from './segment-store.ts'
