import type { ChannelSpec, Directory } from '@sluice/contract/link'
import type { Vault } from '../vault/index.ts'
import { channelSpec, directoryOf, type LoopFiles } from './channel-spec.ts'
import type { ChannelConfig } from './config-store.ts'

/** Makes what engines are told out of what is stored. Holds the vault, so that who sends it needs no key. */
export type Specs = {
  channel(config: ChannelConfig): ChannelSpec
  directory(configs: readonly ChannelConfig[], engines: readonly { engineId: string; relayPath: string }[]): Directory
}

export const makeSpecs = (vault: Vault, files: LoopFiles): Specs => ({
  channel: (config) => channelSpec(config, vault, files),
  directory: (configs, engines) => directoryOf(configs, engines, vault),
})
