export { type AccountDesk, openAccountDesk } from './accounts/index.ts'
export { startControl } from './start-control.ts'
