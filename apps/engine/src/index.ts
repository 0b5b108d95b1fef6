export { type RunningEngine, type StartEngineOptions, startEngine } from './start-engine.ts'
