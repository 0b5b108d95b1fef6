import type { ChannelSpec, Directory } from '@sluice/contract/link'
import type { Vault } from '../vault/index.ts'
import { channelSpec, type LoopFiles } from './channel-spec.ts'
import type { ChannelConfig } from './config-store.ts'
import { DirectoryMaker } from './directory.ts'

/** Makes what engines are told out of what is stored. Holds the vault, so that who sends it needs no key. */
export type Specs = {
  channel(config: ChannelConfig): ChannelSpec
  directory(configs: readonly ChannelConfig[], engines: Directory['engines']): Directory
}

export function makeSpecs(vault: Vault, files: LoopFiles): Specs {
  const maker = new DirectoryMaker(vault)
  return {
    channel: (config) => channelSpec(config, vault, files),
    directory: (configs, engines) => maker.make(configs, engines),
  }
}
