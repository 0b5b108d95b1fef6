export { trackErrors } from './errors.ts'
export { isKeyFrame } from './key-frame.ts'
export { readTrack } from './read-track.ts'
