export { type InputRole, rankOf } from './input-role.ts'
export { type ContentFault, isInput, isLegalMove, type SourceName } from './moves.ts'
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
