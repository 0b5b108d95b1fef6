export {
  type FileLine,
  formatLine,
  type IndexLine,
  type MarkLine,
  type MarkWhy,
  parseLine,
  readIndex,
  type SegmentLine,
} from './index-line.ts'
export { indexName, type MediaFileName, mediaFileName, readMediaFileName, stateName } from './layout.ts'
export { type MoviePlan, type MovieWindow, planMovie, planPieces, type RecordedPiece } from './movie-plan.ts'
export type { RecordingDisk } from './recording-disk.ts'
export { type Repair, repairRecording } from './repair.ts'
