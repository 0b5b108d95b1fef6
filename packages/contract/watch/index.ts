export {
  type FromWatch,
  maxAnswerBytes,
  readFromWatch,
  type WatchedPicture,
  type WatchedSound,
  type WatchUndecoded,
  writeFromWatch,
} from './from-watch.ts'
export { watchLimits } from './watch-limits.ts'
