export type { InputRole } from '../switch/index.ts'
export { Programme, type SourceActivation, type SourceSwitch } from './programme.ts'
