export type { SrtSinkBehaviour } from './behaviour.ts'
export { openSrtSink, type SrtSinkOptions, type SrtSinkServer } from './open-srt-sink.ts'
export { SrtSinkSession } from './srt-sink-session.ts'
