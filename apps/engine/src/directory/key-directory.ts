import { createHash } from 'node:crypto'
import type { Directory } from '@sluice/contract/link'

/** Where a key leads: to a channel of this engine, or to another engine on this machine. */
export type Route = { readonly channelId: string; readonly engineId: string; readonly relayPath: string | null }

/** SHA-256 of the names under which a channel plays: to viewers, and to operators, who are no viewers. */
export type PlaybackAddresses = { readonly playIdHash: string; readonly previewIdHash: string }

/** What an SRT handshake needs to know of an input before its owner is asked. */
export type SrtTerms = { readonly passphrase: string | null; readonly latencyMs: number }

/** A key that somebody sent and that the directory knows. */
export type KnownKey = { readonly key: string; readonly keyHash: string; readonly route: Route }

/** SHA-256 in lower-case hex: the only form in which the engine knows stream keys and play tokens. */
export const hashKey = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex')

/** Finds the owner of a key. Keys come as hashes: a look-up in a map of digests tells a guesser nothing by its time. */
export class KeyDirectory {
  // bound: one a key of the directory that control sends
  readonly #publish = new Map<string, Route>()
  // bound: one a token of the directory that control sends
  readonly #play = new Map<string, Route>()
  // bound: one a channel of the directory that control sends
  readonly #playback = new Map<string, PlaybackAddresses>()
  // bound: one a key of the directory that control sends
  readonly #srt = new Map<string, SrtTerms>()

  replace(directory: Directory): void {
    this.#publish.clear()
    this.#play.clear()
    this.#playback.clear()
    this.#srt.clear()
    const relays = new Map(directory.engines.map((engine) => [engine.engineId, engine.relayPath]))
    for (const channel of directory.channels) {
      const route: Route = { channelId: channel.channelId, engineId: channel.engineId, relayPath: relays.get(channel.engineId) ?? null }
      const { playback } = channel
      if (playback !== undefined) this.#playback.set(channel.channelId, playback)
      for (const hash of channel.keyHashes) this.#publish.set(hash, route)
      for (const { keyHash, ...terms } of channel.srt) this.#srt.set(keyHash, terms)
      for (const hash of channel.playTokenHashes) this.#play.set(hash, route)
    }
  }

  publish(keyHash: string): Route | undefined {
    return this.#publish.get(keyHash)
  }

  /** Play takes the channel's play token or, for those who have it, its stream key. */
  play(keyHash: string): Route | undefined {
    return this.#play.get(keyHash) ?? this.#publish.get(keyHash)
  }

  /** Those among `candidates` that open an input, each once. */
  publishers(candidates: readonly string[]): KnownKey[] {
    return knownOf(candidates, (keyHash) => this.#publish.get(keyHash))
  }

  /** Those that give the programme. */
  players(candidates: readonly string[]): KnownKey[] {
    return knownOf(candidates, (keyHash) => this.play(keyHash))
  }

  /** What a caller with this key must be offered, for channels of any engine. */
  srtTerms(keyHash: string): SrtTerms | undefined {
    return this.#srt.get(keyHash)
  }

  /** Where the channel plays over HTTP. */
  addressesOf(channelId: string): PlaybackAddresses | undefined {
    return this.#playback.get(channelId)
  }
}

const knownOf = (candidates: readonly string[], routeOf: (keyHash: string) => Route | undefined): KnownKey[] =>
  candidates.flatMap((key) => {
    const keyHash = hashKey(key)
    const route = routeOf(keyHash)
    return route === undefined ? [] : [{ key, keyHash, route }]
  })
