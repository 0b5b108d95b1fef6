export { RecordingFiles } from './recording-files.ts'
export { RecordingWorks } from './recording-works.ts'
