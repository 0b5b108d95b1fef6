export type { Frame } from './frame.ts'
export { ticksPerMs, ticksPerSecond } from './frame.ts'
export type { MediaNote } from './media-note.ts'
export type { AudioCodec, AudioTrack, Codec, Track, VideoCodec, VideoTrack } from './track.ts'
