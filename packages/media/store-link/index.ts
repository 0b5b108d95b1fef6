export {
  type AudienceFigures,
  type FedChannel,
  type FromViewers,
  type OnAir,
  readFromViewers,
  readToViewers,
  storeLinkVersion,
  type ToViewers,
  writeFromViewers,
  writeToViewers,
} from './message.ts'
export { storeLinkPath, viewersPositionsPath } from './paths.ts'
export { maxStoreRecordBytes } from './record.ts'
export { type FedFacts, type FeedPipe, StoreFeed } from './store-feed.ts'
