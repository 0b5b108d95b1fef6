export {
  type FromWatch,
  readFromWatch,
  type WatchBeat,
  type WatchedPicture,
  type WatchedSound,
  type WatchHello,
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
  watchedCodecs,
  watchLimits,
  writeFrameHead,
  writeToWatch,
} from './to-watch.ts'
