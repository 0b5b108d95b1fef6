export { type Descriptor, DirectWrites, descriptorOf, freeDescriptor, writeAtOnce, writeRest } from './client.ts'
export { certificateWords, isLookupError, socketErrorCode, socketWords } from './error-words.ts'
export { readDirectly, takeReads } from './server.ts'
export { writeUnderWayBytes } from './write-under-way.ts'
