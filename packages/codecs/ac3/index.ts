export { readAc3Config, writeAc3Config } from './ac3-config.ts'
export { type Ac3Frame, readAc3Frame } from './sync-frame.ts'
