export { type ChannelConfig, ConfigStore, toOutputRecord } from './channel-config.ts'
export { type EngineHost, systemHost } from './engine-process.ts'
export { engineSettings } from './engine-settings.ts'
export { Reconciler } from './reconciler.ts'
