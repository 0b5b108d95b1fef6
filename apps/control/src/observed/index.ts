export { type ActualChange, type EngineLive, LiveState } from './live-state.ts'
