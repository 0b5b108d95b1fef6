export { type RecordingFile, type RecordingSink, type SegmentDraft, StoreRecorder } from './store-recorder.ts'
