export { type ConvertJob, ConvertNews, ConvertTask, convertFiles, type LoopFacts, SlateAudio, SlateVideo } from './convert.ts'
export { type ClipType, clipLimits, clipTypes, type JobKind, jobKind, jobLimits } from './limits.ts'
