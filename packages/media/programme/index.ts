export { type InputRole, Programme, type SourceActivation, type SourceSwitch } from './programme.ts'
