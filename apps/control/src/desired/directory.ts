import { isDeepStrictEqual } from 'node:util'
import type { Directory } from '@sluice/contract/link'
import { hashKey } from '../services/channel/index.ts'
import type { Vault } from '../vault/index.ts'
import { srtOffer } from './channel-spec.ts'
import type { ChannelConfig } from './config-store.ts'

type DirectoryEntry = Directory['channels'][number]
type Kept = { readonly config: ChannelConfig; readonly engineId: string; readonly entry: DirectoryEntry }

/**
 * Which engine owns which channel, and which key opens it, for all engines. A channel's entry is made when its configuration was read again, and
 * is the same object for as long as it says the same: who was told of it sees by that whether there is news. Disabled inputs keep their key
 * in it: the engine says why it refuses.
 */
export class DirectoryMaker {
  readonly #vault: Vault
  // bound: one a channel of the database, others go with each directory
  #kept = new Map<string, Kept>()

  constructor(vault: Vault) {
    this.#vault = vault
  }

  make(configs: readonly ChannelConfig[], engines: Directory['engines']): Directory {
    const kept = new Map<string, Kept>()
    for (const config of configs) {
      const { id, engine_id: engineId } = config.record.channel
      if (engineId === null) continue
      const before = this.#kept.get(id)
      // Where a channel lives is written into its configuration as it is held.
      const isSame = before?.config === config && before.engineId === engineId
      kept.set(id, isSame ? before : { config, engineId, entry: this.#entry(config, engineId, before?.entry) })
    }
    this.#kept = kept
    return { engines, channels: Array.from(kept.values(), ({ entry }) => entry) }
  }

  #entry({ record: { channel, inputs } }: ChannelConfig, engineId: string, before: DirectoryEntry | undefined): DirectoryEntry {
    const entry = {
      channelId: channel.id,
      engineId,
      keyHashes: inputs.map((input) => input.key_hash),
      playTokenHashes: [channel.play_token_hash],
      playback: { playIdHash: hashKey(channel.play_id), previewIdHash: hashKey(channel.preview_id) },
      srt: inputs.map((input) => {
        const { passphrase, latencyMs } = srtOffer(input, this.#vault)
        return { keyHash: input.key_hash, passphrase, latencyMs }
      }),
    }
    return before !== undefined && isDeepStrictEqual(entry, before) ? before : entry
  }
}
