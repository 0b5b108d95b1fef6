export { type CaptionService, MediaStore, type StoreReader } from './media-store.ts'
export { type FileName, fileName, readFileName, renditionId } from './names.ts'
export { type Boundary, type InitData, type Part, partTargetOf, type Segment, type TimedEvent } from './part.ts'
export { Rendition } from './rendition.ts'
