export {
  type FromWatch,
  readFromWatch,
  type WatchedPicture,
  type WatchedSound,
  type WatchUndecoded,
  writeFromWatch,
} from './from-watch.ts'
export { maxAnswerBytes, maxFrameBytes, RecordReader } from './record-reader.ts'
export {
  readToWatch,
  type ToWatch,
  type WatchedFrame,
  type WatchedKind,
  type WatchedTrack,
  watchLimits,
  writeFrameHead,
  writeToWatch,
} from './to-watch.ts'
