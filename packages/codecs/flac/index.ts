export { flacErrors } from './errors.ts'
export { type FlacInfo, readFlacInfo } from './stream-info.ts'
