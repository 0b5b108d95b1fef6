export { ControlStub } from './control-stub.ts'
export { makeLine } from './line.ts'
export { directoryEntry, hashKey, makeChannelSpec, makeOutputSpec, playIdOf, previewIdOf } from './specs.ts'
