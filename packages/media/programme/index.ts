export { type InputRole, Programme, type SourceSwitch } from './programme.ts'
