export { encodeLine, LineDecoder } from './line-codec.ts'
export { linkVersion, viewersProcessId } from './names.ts'
