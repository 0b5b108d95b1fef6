export { type ChannelConfig, ConfigStore, changedOutputs, toOutputRecord } from './config-store.ts'
export { makeSpecs, type Specs } from './specs.ts'
