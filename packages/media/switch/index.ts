export { type ContentFault, isLegalMove, type SourceName, type SwitchCause } from './moves.ts'
export {
  type ContentTriggers,
  holdLeftMs,
  type InputHealth,
  nextSource,
  type SourceChange,
  type SwitchPolicy,
  type SwitchState,
  takeSource,
} from './next-source.ts'
export { type SwitchSettings, toSwitchPolicy } from './switch-settings.ts'
