export { makeRecord, RecordReader, viewOf } from './record-reader.ts'
