export { type InputHealth, nextSource, type SourceChange, type SourceName, type SwitchPolicy, type SwitchState } from './next-source.ts'
