export {
  dataName,
  readAmf0,
  readMetadata,
  readTimedData,
  writeAmf0,
  writeMetadata,
} from './amf0/index.ts'
export { openRtmpPlayer, openRtmpPublisher, publisherAckWindowBytes } from './client.ts'
export type * from './client-types.ts'
export { CapsEx } from './command/enhanced.ts'
export { formatDumpRecord } from './dump.ts'
export { rtmpErrors } from './errors.ts'
export { serveRtmp } from './server.ts'
export type * from './types.ts'
export { parsePlayUrl } from './url.ts'
export { type MediaKind, writeMediaMessage, writeMediaPieces } from './wire.ts'
