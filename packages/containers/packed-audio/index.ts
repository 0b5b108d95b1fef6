export { readId3Tags } from './id3.ts'
export { isPackedAudio, PackedAudioReader } from './packed-audio-reader.ts'
