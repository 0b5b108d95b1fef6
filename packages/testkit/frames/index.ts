export { makeLoopFile } from './loop-file.ts'
export { type MediaPlan, makeFrame, makeMedia } from './make-media.ts'
export { makeAudioTrack, makeHevcTrack, makeVideoTrack } from './tracks.ts'
