export { type MpegAudioHeader, readMpegAudioHeader } from './frame-header.ts'
