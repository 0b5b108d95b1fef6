import type { ChannelSpec, Directory } from '@sluice/contract/link'
import type { Plan } from '@sluice/judge/plan'
import type { Vault } from '../vault/index.ts'
import { channelSpec, type LoopFiles, type PlaceOf } from './channel-spec.ts'
import type { ChannelConfig } from './config-store.ts'
import { DirectoryMaker } from './directory.ts'

/** Makes what engines are told out of what is stored. Holds the vault, so that who sends it needs no key. */
export type Specs = {
  channel(config: ChannelConfig): ChannelSpec
  directory(configs: readonly ChannelConfig[], engines: Directory['engines']): Directory
}

/** `planOf`: which encodings a channel runs, and which output gets which. `placeOf`: where a platform wants several tracks. */
export function makeSpecs(vault: Vault, files: LoopFiles, planOf: (config: ChannelConfig) => Plan, placeOf: PlaceOf): Specs {
  const maker = new DirectoryMaker(vault)
  return {
    channel: (config) => channelSpec(config, planOf(config), vault, files, placeOf),
    directory: (configs, engines) => maker.make(configs, engines),
  }
}
