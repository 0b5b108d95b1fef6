export type { SinkBehaviour } from './behaviour.ts'
export { flvOfMessages } from './flv-recording.ts'
export { openRtmpSink, type RtmpSinkOptions, type RtmpSinkServer } from './open-rtmp-sink.ts'
export { type SinkMessage, SinkSession } from './sink-session.ts'
