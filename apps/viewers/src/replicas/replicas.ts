import type { Clock, Timer } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { StorePosition } from '@sluice/media/store'
import type { AudienceFigures, FedChannel } from '@sluice/media/store-link'
import { openAudienceRoom } from '../audience/index.ts'
import { ChannelReplica, type ServedChannel } from './channel-replica.ts'
import type { PositionsFile } from './positions-file.ts'

export type ReplicasParts = {
  readonly clock: Clock
  readonly log: Logger
  /** Media of all channels together. Three segments of each rendition are always kept. */
  readonly maxBytes: number
  readonly positions: PositionsFile
}

type Owned = { readonly replica: ChannelReplica; owner: string }

const lookMs = 1000

/** All channels of this machine, as their engines have told them. */
export class Replicas {
  readonly #parts: ReplicasParts
  readonly #audienceRoom = openAudienceRoom()
  readonly #guard: Guard
  // bound: one a channel of the engines
  readonly #byId = new Map<string, Owned>()
  // bound: one a channel of the engines
  readonly #byPlayId = new Map<string, ChannelReplica>()
  #isShort = false
  #timer: Timer

  constructor(parts: ReplicasParts) {
    this.#parts = parts
    this.#guard = new Guard('a channel that is watched', parts.log)
    this.#timer = parts.clock.after(lookMs, () => this.#look())
  }

  /** The channel that plays under the address of this hash. */
  byPlayId(playIdHash: string): ServedChannel | undefined {
    return this.#byPlayId.get(playIdHash)
  }

  /** Channels on which something is on. */
  get liveChannels(): number {
    return [...this.#byId.values()].filter(({ replica }) => replica.onAir !== 'off').length
  }

  /** An engine begins to tell a channel. `answer`: where its store could go on from. */
  follow(owner: string, facts: FedChannel): { readonly replica: ChannelReplica; readonly answer: StorePosition | null } {
    const known = this.#byId.get(facts.channelId)
    const answer = known?.replica.follow(facts) ?? null
    const replica = known?.replica ?? new ChannelReplica(facts, this.#replicaParts)
    this.#byId.set(facts.channelId, { replica, owner })
    this.#route()
    return { replica, answer }
  }

  setFacts(replica: ChannelReplica, facts: FedChannel): void {
    replica.setFacts(facts)
    this.#route()
  }

  /** The engine has these channels and no others. */
  keep(owner: string, channelIds: ReadonlySet<string>): void {
    for (const channelId of [...this.#byId.keys()]) if (!channelIds.has(channelId)) this.remove(owner, channelId)
  }

  /** Whether it is this engine that tells the channel: another one may have it by now. */
  isOf(owner: string, replica: ChannelReplica): boolean {
    const owned = this.#byId.get(replica.channelId)
    return owned?.owner === owner && owned.replica === replica
  }

  /** One that another engine has by now stays. */
  remove(owner: string, channelId: string): void {
    const owned = this.#byId.get(channelId)
    if (owned === undefined || owned.owner !== owner) return
    this.#byId.delete(channelId)
    owned.replica.close()
    this.#route()
  }

  /** The engine is gone, or its connection is. */
  lose(owner: string): void {
    for (const owned of this.#byId.values()) if (owned.owner === owner) owned.replica.lose()
  }

  figuresOf(owner: string): AudienceFigures[] {
    const own = [...this.#byId.values()].filter((owned) => owned.owner === owner)
    return own.map(({ replica: { channelId, audience } }) => ({ channelId, viewers: audience.viewers, bytesServed: audience.bytesTaken }))
  }

  close(): void {
    this.#timer.cancel()
    for (const { replica } of this.#byId.values()) replica.close()
    this.#byId.clear()
    this.#byPlayId.clear()
  }

  get #replicaParts(): ConstructorParameters<typeof ChannelReplica>[1] {
    const { clock } = this.#parts
    return { clock, audienceRoom: this.#audienceRoom, onFault: (error) => this.#guard.fault(error) }
  }

  #route(): void {
    this.#byPlayId.clear()
    for (const { replica } of this.#byId.values()) if (replica.playIdHash !== null) this.#byPlayId.set(replica.playIdHash, replica)
  }

  #look(): void {
    const { clock, positions } = this.#parts
    this.#timer = clock.after(lookMs, () => this.#look())
    this.#guard.run(() => this.#bound())
    positions.note(Array.from(this.#byId.values(), ({ replica: { channelId, position } }) => ({ channelId, ...position })))
  }

  /** Where all together hold too much, the largest go down to one size: oldest media first. */
  #bound(): void {
    const { maxBytes, log } = this.#parts
    const sizes = Array.from(this.#byId.values(), ({ replica }) => ({ replica, bytes: replica.bytes })).sort((a, b) => a.bytes - b.bytes)
    const totalBytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
    if (totalBytes <= maxBytes && !this.#isShort) return
    if (!this.#isShort) log.warn({ totalBytes, maxBytes }, 'the channels hold more media than there is memory for: the largest keep less')
    this.#isShort = true
    let leftBytes = maxBytes
    for (const [i, { replica, bytes }] of sizes.entries()) {
      const share = leftBytes / (sizes.length - i)
      replica.setMaxBytes(share)
      leftBytes -= Math.min(bytes, share)
    }
  }
}
