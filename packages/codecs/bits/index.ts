export { BitReader } from './bit-reader.ts'
export { BitWriter } from './bit-writer.ts'
export { readRbsp } from './rbsp.ts'
