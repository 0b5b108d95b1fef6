export { ConvertJob, ConvertNews, type LoopFacts, SlateAudio, SlateFrom, SlateVideo } from './convert.ts'
export { type ClipType, clipLimits, clipTypes } from './limits.ts'
