export { makeOpusHead, type OpusHead, readOpusBox, readOpusHead, writeOpusBox, writeOpusHead } from './opus-head.ts'
export { opusPacketSamples, opusSampleRate } from './packet-duration.ts'
