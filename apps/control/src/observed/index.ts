export { type ActualChange, type EngineStats, LiveState } from './live-state.ts'
