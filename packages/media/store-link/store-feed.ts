import type { MediaStore, StoreEntry, StorePosition, StoreReader } from '../store/index.ts'
import { type FedChannel, type ToViewers, writeToViewers } from './message.ts'

/** The connection to the viewers' process, as far as a feed needs it. */
export type FeedPipe = {
  /** Takes the pieces without a copy, and never waits. */
  write(pieces: readonly Uint8Array[]): void
  /** Bytes that the far end has not taken yet. */
  readonly queuedBytes: number
  /** Ends it: the far end does not keep up, and is told all anew when it is back. */
  cut(): void
}

/** What of a channel is told besides its store. */
export type FedFacts = Omit<FedChannel, 'channelId' | 'storeId' | 'epoch' | 'nextNumber' | 'isUnused'>

/** Above this a far end does not keep up: some 40 s of 6 Mbit/s. */
const maxQueuedBytes = 32 * 1024 * 1024
/** The next channel is told once no more than this waits. */
const lowQueuedBytes = 1024 * 1024

type Fed = {
  readonly slot: number
  readonly storeId: string
  readonly store: MediaStore
  facts: FedFacts
  readonly onPosition: (after: StorePosition) => void
  readonly leave: () => void
  isTold: boolean
}

/**
 * Tells the viewers' process of the stores of all channels: each whole once there is a connection, then each change. Nothing waits for it: what a
 * far end does not take is held up to a bound, then the connection is cut. Channels are told one after the other, so that the store's own bytes
 * are all that a beginning costs.
 */
export class StoreFeed {
  readonly #idPrefix: string
  // bound: one a channel of the engine
  readonly #fed = new Map<string, Fed>()
  // bound: those that are fed
  #untold: Fed[] = []
  #pipe: FeedPipe | null = null
  /** Bytes of a snapshot on its way: they come on top of the bound. */
  #snapshotBytes = 0
  #slots = 0
  #kept: readonly string[] | null = null

  /** `idPrefix`: stands before the ids of stores, and is another one in each process. */
  constructor(idPrefix: string) {
    this.#idPrefix = idPrefix
  }

  get isLinked(): boolean {
    return this.#pipe !== null
  }

  has(channelId: string): boolean {
    return this.#fed.has(channelId)
  }

  /** The far end said welcome. */
  link(pipe: FeedPipe): void {
    this.#pipe = pipe
    this.#snapshotBytes = 0
    if (this.#kept !== null) this.#write({ type: 'keep', channelIds: this.#kept })
    for (const fed of this.#fed.values()) fed.isTold = false
    this.#untold = [...this.#fed.values()]
    this.pump()
  }

  unlink(): void {
    this.#pipe = null
    this.#untold = []
  }

  /** Feeds a channel from this store on, in place of an earlier one. `onPosition`: where the channel stood before, if somebody knows. */
  open(channelId: string, store: MediaStore, facts: FedFacts, onPosition: (after: StorePosition) => void): void {
    this.#forget(channelId)
    const slot = ++this.#slots
    const reader: StoreReader = { onChange() {}, onEntry: (entry) => this.#tell(fed, entry) }
    const storeId = `${this.#idPrefix}-${slot}`
    const fed: Fed = { slot, storeId, store, facts, onPosition, leave: store.subscribe(reader), isTold: false }
    this.#fed.set(channelId, fed)
    if (this.#pipe === null) return
    this.#untold.push(fed)
    this.pump()
  }

  setFacts(channelId: string, facts: FedFacts): void {
    const fed = this.#fed.get(channelId)
    if (fed === undefined || JSON.stringify(fed.facts) === JSON.stringify(facts)) return
    fed.facts = facts
    if (fed.isTold) this.#write(channelOf(channelId, fed))
  }

  /** The channel is gone for good. */
  close(channelId: string): void {
    const slot = this.#forget(channelId)
    if (slot !== null) this.#write({ type: 'gone', slot })
  }

  /** All channels of this engine: others that it once had are gone. */
  keep(channelIds: readonly string[]): void {
    this.#kept = channelIds
    this.#write({ type: 'keep', channelIds })
  }

  /** The far end says where a channel stood. */
  position(storeId: string, after: StorePosition): void {
    for (const fed of this.#fed.values()) if (fed.storeId === storeId && fed.store.isUnused) fed.onPosition(after)
  }

  /** The far end has taken some: the next channels are told. */
  pump(): void {
    while (this.#pipe !== null && this.#pipe.queuedBytes <= lowQueuedBytes) {
      this.#snapshotBytes = 0
      const fed = this.#untold.shift()
      if (fed === undefined) return
      for (const [channelId, one] of this.#fed) if (one === fed) this.#tellWhole(channelId, fed)
    }
  }

  #tellWhole(channelId: string, fed: Fed): void {
    fed.isTold = true
    this.#snapshotBytes = fed.store.bytes
    this.#write(channelOf(channelId, fed))
    for (const entry of fed.store.snapshot()) this.#write({ type: 'entry', slot: fed.slot, entry })
  }

  #tell(fed: Fed, entry: StoreEntry): void {
    if (fed.isTold) this.#write({ type: 'entry', slot: fed.slot, entry })
  }

  #write(message: ToViewers): void {
    const pipe = this.#pipe
    if (pipe === null) return
    pipe.write(writeToViewers(message))
    if (pipe.queuedBytes > maxQueuedBytes + this.#snapshotBytes) pipe.cut()
  }

  #forget(channelId: string): number | null {
    const fed = this.#fed.get(channelId)
    if (fed === undefined) return null
    fed.leave()
    this.#fed.delete(channelId)
    this.#untold = this.#untold.filter((one) => one !== fed)
    return fed.slot
  }
}

const channelOf = (channelId: string, { slot, storeId, store, facts }: Fed): ToViewers => ({
  type: 'channel',
  slot,
  channelId,
  ...facts,
  storeId,
  epoch: store.firstNumber,
  nextNumber: store.position.number + 1,
  isUnused: store.isUnused,
})
