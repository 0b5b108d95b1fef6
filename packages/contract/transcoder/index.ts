export { type ConvertJob, ConvertNews, ConvertTask, convertFiles, type LoopFacts, SlateAudio, SlateVideo } from './convert.ts'
export { type ClipType, clipLimits, clipTypes, jobKind, jobLimits } from './limits.ts'
export { RecordingFacts, RecordingNews, RecordingTask } from './recording.ts'
