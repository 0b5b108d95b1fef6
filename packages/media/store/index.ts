export type { StoreEntry, StorePosition } from './entry.ts'
export { MediaStore } from './media-store.ts'
export { type FileName, fileName, readFileName, renditionId, segmentTemplate } from './names.ts'
export {
  type Boundary,
  type CaptionService,
  captionServices,
  type InitData,
  type Part,
  partTargetOf,
  type Segment,
  type TimedEvent,
} from './part.ts'
export { type Rates, ratesOf } from './rates.ts'
export { Rendition } from './rendition.ts'
export type { StoreReader } from './store-reader.ts'
