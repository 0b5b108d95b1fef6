export { readId3Tags, writeId3Text } from './id3.ts'
export { isPackedAudio, PackedAudioReader } from './packed-audio-reader.ts'
