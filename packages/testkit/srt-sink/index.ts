export type { SrtSinkBehaviour } from './behaviour.ts'
export { openSrtSink } from './open-srt-sink.ts'
