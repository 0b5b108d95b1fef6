export { type ControlOptions, type RunningControl, startControl } from './start-control.ts'
