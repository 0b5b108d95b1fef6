export { mp3Errors } from './errors.ts'
export { type MpegAudioHeader, readMpegAudioHeader } from './frame-header.ts'
