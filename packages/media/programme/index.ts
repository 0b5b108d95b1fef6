export { Programme, type SourceActivation, type SourceSwitch } from './programme.ts'
