export { readFlacInfo } from './stream-info.ts'
