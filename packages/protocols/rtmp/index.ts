export {
  AmfEcmaArray,
  type AmfObject,
  type AmfValue,
  type AmfWritable,
  type DataMessage,
  dataName,
  readAmf0,
  readMetadata,
  readTimedData,
  type TimedData,
  writeAmf0,
  writeMetadata,
} from './amf0/index.ts'
export { openRtmpPlayer, openRtmpPublisher, publisherAckWindowBytes } from './client.ts'
export type * from './client-types.ts'
export { CapsEx, type EnhancedCapabilities } from './command/enhanced.ts'
export { wireChunkBytes } from './constants.ts'
export { type DumpRecord, formatDumpRecord, parseDump, type RtmpDump } from './dump.ts'
export { rtmpErrors } from './errors.ts'
export { defaultRtmpLimits, type RtmpLimits } from './limits.ts'
export { type ServeRtmpOptions, serveRtmp } from './server.ts'
export type * from './types.ts'
export { checkStreamKey, parsePlayUrl, parseRtmpUrl, type RtmpUrl } from './url.ts'
export { type MediaKind, writeMediaMessage } from './wire.ts'
