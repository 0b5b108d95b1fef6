export { ChannelRecorder, type RecorderParts } from './channel-recorder.ts'
export { type OpenWriterThread, openWriterThread, RecordingWriters } from './recording-writers.ts'
