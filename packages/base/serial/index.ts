export { seq31Add, seq31Diff } from './seq31.ts'
export { Unwrapper } from './unwrapper.ts'
