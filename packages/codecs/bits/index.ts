export { BitReader } from './bit-reader.ts'
export { BitWriter } from './bit-writer.ts'
export { readRbsp, writeRbsp } from './rbsp.ts'
