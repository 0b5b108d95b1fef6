export { isLegalMove } from './moves.ts'
export {
  type ContentTriggers,
  type InputHealth,
  nextReturn,
  nextSource,
  type Return,
  type SourceChange,
  type SwitchPolicy,
  type SwitchState,
  takeSource,
} from './next-source.ts'
export { type SwitchSettings, toSwitchPolicy } from './switch-settings.ts'
