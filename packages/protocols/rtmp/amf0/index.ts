export { type DataMessage, readMetadata, writeMetadata } from './metadata.ts'
export { Amf0Reader, readAmf0 } from './reader.ts'
export { AmfEcmaArray, type AmfObject, type AmfValue, isAmfObject } from './value.ts'
export { type AmfWritable, writeAmf0 } from './writer.ts'
