export { type ChannelConfig, ConfigStore, targetsOf, toOutputRecord } from './channel-config.ts'
export { type EngineHost, systemHost } from './engine-process.ts'
export { engineSettings } from './engine-settings.ts'
export { Reconciler } from './reconciler.ts'
