export { BitReader } from './bit-reader.ts'
export { BitWriter } from './bit-writer.ts'
export { readRbsp, writeRbsp } from './rbsp.ts'
export { readTransfer } from './video-signal.ts'
