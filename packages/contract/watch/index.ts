export {
  type FromWatch,
  maxAnswerBytes,
  maxThumbnailAnswerBytes,
  readFromWatch,
  type WatchedPicture,
  type WatchedSound,
  type WatchThumbnail,
  type WatchUndecoded,
  writeFromWatch,
} from './from-watch.ts'
export { thumbnailLimits, watchLimits } from './watch-limits.ts'
