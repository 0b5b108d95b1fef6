export { ControlStub } from './control-stub.ts'
export { directoryEntry, hashKey, makeChannelSpec, makeOutputSpec } from './specs.ts'
