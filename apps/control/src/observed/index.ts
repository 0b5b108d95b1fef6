export { type ActualChange, LiveState } from './live-state.ts'
