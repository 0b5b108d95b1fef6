export { type AccountDesk, type ListedAccount, openAccountDesk } from './accounts/index.ts'
export { type ControlOptions, type RunningControl, startControl } from './start-control.ts'
