export { readDirectly, takeReads } from './direct-reads.ts'
export { certificateWords, isLookupError, socketErrorCode, socketWords } from './error-words.ts'
export { writeUnderWayBytes } from './write-under-way.ts'
