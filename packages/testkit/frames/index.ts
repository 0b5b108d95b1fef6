export { makeLoopFile } from './loop-file.ts'
export { makeFrame, makeMedia } from './make-media.ts'
export { makeAudioTrack, makeHevcTrack, makeVideoTrack } from './tracks.ts'
