export { type Ac3Config, readAc3Config, writeAc3Config } from './ac3-config.ts'
export { ac3Errors } from './errors.ts'
export { type Ac3Frame, readAc3Frame } from './sync-frame.ts'
