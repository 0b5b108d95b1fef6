export { type ActualChange, type EngineStats, LiveState, type TakenStats } from './live-state.ts'
